import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { connectToParent } from '../../../src/daemon/parent-process.ts';
import { runOutbound } from '../../../src/daemon/run-outbound.ts';
import { messageOf } from '../../../src/domain/errors.ts';
import { silentLogger } from '../../../src/domain/logger.ts';
import { systemClock } from '../../../src/system-clock.ts';

// The outbound process of the daemon with faults on demand. The file `fault` in the data folder names one: it happens once and the file goes.
const parent = connectToParent();
process.on('uncaughtException', (error) => parent.fail(messageOf(error)));
const options = await parent.options;
const { dataDir } = options.folders;

function fail(fault: string): void {
  switch (fault) {
    case 'loop':
      for (;;);
    case 'memory': {
      const kept: object[][] = [];
      setInterval(() => kept.push(Array.from({ length: 300_000 }, (_, index) => ({ index }))), 1);
      return;
    }
    case 'killed':
      process.kill(process.pid, 'SIGKILL');
      return;
    case 'pipe':
      readFileSync(join(dataDir, 'pipe'));
      return;
    default:
      throw new Error(fault);
  }
}

if (existsSync(join(dataDir, 'fail-at-start'))) throw new Error('it fails at each start');
setInterval(() => {
  const file = join(dataDir, 'fault');
  if (!existsSync(file)) return;
  const fault = readFileSync(file, 'utf8');
  if (fault === '') return;
  rmSync(file);
  fail(fault);
}, 20).unref();
await runOutbound({ parent, options, clock: systemClock, log: silentLogger, secrets: new Set() });
process.exit();
