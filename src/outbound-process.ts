// The process of the outbound half: gives it its channel to the main process, clock and log.
import { connectToParent } from './daemon/parent-process.ts';
import { runOutbound } from './daemon/run-outbound.ts';
import { messageOf } from './domain/errors.ts';
import { createLogger } from './log.ts';
import { systemClock } from './system-clock.ts';

/** Runs the outbound half until the main process sends *stop*. @throws {Error} when this process was not started by the main process. */
export async function runOutboundProcess(): Promise<void> {
  const parent = connectToParent();
  const fail = (error: unknown) => parent.fail(messageOf(error));
  process.on('uncaughtException', fail);
  const secrets = new Set<string>();
  const log = createLogger({ level: 'info', secrets: () => [...secrets] });
  try {
    await runOutbound({ parent, options: await parent.options, clock: systemClock, log, secrets });
    process.exit();
  } catch (error) {
    fail(error);
  }
}
