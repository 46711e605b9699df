// Logs refused requests, at most once per reason and minute.
import type { Clock } from '../domain/clock.ts';
import type { LogFields, Logger } from '../domain/logger.ts';

/** How often refusals with the same reason are a line: a flood of them must not become a flood of lines. */
const everyMs = 60_000;

/** Notes refused callers in the log: each reason at most once a minute, with how many there were in between. */
export class RefusalLog {
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #noted = new Map<string, { at: number; more: number }>();

  constructor(log: Logger, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** `reason` is one of a small set of words, never a text of the client. */
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
