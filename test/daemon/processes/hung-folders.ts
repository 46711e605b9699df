import fs, { readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

// The outbound process on a machine where every file operation below a folder named `hung` never returns, as on a network share whose
// server is down: it waits in the kernel for a pipe that nobody writes to. Operations of the main thread hang the whole process.
type Operation = (...args: readonly unknown[]) => unknown;

const dataDir = process.argv[2] ?? '';
const pipe = join(dataDir, 'pipe');
const isHung = ([path]: readonly unknown[]) => typeof path === 'string' && path.includes('/hung/');

const promises = fs.promises as unknown as Record<string, Operation>;
const { readFile } = fs.promises;
for (const name of ['access', 'lstat', 'open', 'readdir', 'readFile', 'realpath', 'rename', 'rm', 'stat', 'statfs']) {
  const original = promises[name] as Operation;
  promises[name] = async (...args) => {
    if (isHung(args)) await readFile(pipe);
    return original(...args);
  };
}
const blocking = fs as unknown as Record<string, Operation>;
for (const name of ['accessSync', 'existsSync', 'lstatSync', 'openSync', 'readdirSync', 'realpathSync', 'statSync']) {
  const original = blocking[name] as Operation;
  blocking[name] = Object.assign((...args: readonly unknown[]) => {
    if (isHung(args)) readFileSync(pipe);
    return original(...args);
  }, original);
}
syncBuiltinESMExports();

const { connectToParent } = await import('../../../src/daemon/parent-process.ts');
const { runOutbound } = await import('../../../src/daemon/run-outbound.ts');
const { silentLogger } = await import('../../../src/domain/logger.ts');
const { systemClock } = await import('../../../src/system-clock.ts');
const parent = connectToParent();
const options = await parent.options;
await runOutbound({ parent, options, clock: systemClock, log: silentLogger, secrets: new Set() });
process.exit();
