// Logs refused requests, at most once per reason and minute.
import type { Clock } from '../domain/clock.ts';
import type { LogFields, Logger } from '../domain/logger.ts';

/** Min interval between log lines with the same reason, so that many refusals do not flood the log. */
const everyMs = 60_000;

/** Logs refused requests: each reason at most once a minute, with the number of refusals since the last line. */
export class RefusalLog {
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #noted = new Map<string, { at: number; more: number }>();

  constructor(log: Logger, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** `reason` is one of a small set of words, never text from the client. */
  note(reason: string, fields: LogFields): void {
    const now = this.#clock.now().getTime();
    const noted = this.#noted.get(reason);
    if (noted !== undefined && now >= noted.at && now - noted.at < everyMs) {
      noted.more += 1;
      return;
    }
    this.#noted.set(reason, { at: now, more: 0 });
    this.#log.warn({ reason, ...fields, ...(noted !== undefined && noted.more > 0 && { notLogged: noted.more }) }, 'client refused');
  }
}
