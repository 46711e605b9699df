import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { ToOutbound, WorkerOptions } from '../../../src/daemon/messages.ts';
import { runOutbound } from '../../../src/daemon/run-outbound.ts';
import { silentLogger } from '../../../src/domain/logger.ts';
import { systemClock } from '../../../src/system-clock.ts';

// The worker of the daemon with faults on demand. The file `fault` in the data folder names one: it happens once and the file goes.
const options = workerData as WorkerOptions;
const port = parentPort;
if (port === null) throw new Error('this file is started as a worker thread');
const { dataDir } = options.folders;

function fail(fault: string): void {
  switch (fault) {
    case 'loop':
      for (;;);
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
await runOutbound({
  thread: {
    post: (message) => port.postMessage(message),
    listen: (take) => void port.on('message', (message: ToOutbound) => take(message)),
    close: () => port.close(),
  },
  options,
  clock: systemClock,
  log: silentLogger,
  secrets: new Set(),
});
