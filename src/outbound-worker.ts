// The worker thread of the outbound half: hands it its thread, clock and log.
import { parentPort, workerData } from 'node:worker_threads';
import type { ToOutbound, WorkerOptions } from './daemon/messages.ts';
import { runOutbound } from './daemon/run-outbound.ts';
import { createLogger } from './log.ts';
import { systemClock } from './system-clock.ts';

/** Runs the outbound half with what the main thread hands over, until it says *stop*. @throws {Error} outside a worker thread. */
export async function runWorker(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('this runs in a worker thread only');
  const secrets = new Set<string>();
  await runOutbound({
    thread: {
      post: (message) => port.postMessage(message),
      listen: (take) => void port.on('message', (message: ToOutbound) => take(message)),
      close: () => port.close(),
    },
    options: workerData as WorkerOptions,
    clock: systemClock,
    log: createLogger({ level: 'info', secrets: () => [...secrets] }),
    secrets,
  });
}
