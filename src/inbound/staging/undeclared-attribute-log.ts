// Logs undeclared attributes, once an hour each.
import type { Clock } from '../../domain/clock.ts';
import type { SourceId } from '../../domain/ids.ts';
import type { Logger } from '../../domain/logger.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;

/** Max names in memory. */
const maxNames = 500;

/** Max number of names of one Source that are logged per minute; the others are logged later if they are sent again. */
const maxInMinute = 5;

/** Max length of a logged name; longer names are truncated, because they come from the client. */
const maxCharacters = 100;

/** Characters that would control the terminal or change the displayed line. */
const controlCharacters = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Logs attributes that a directory sends and that `vestibule.yaml` does not declare: each name of a Source at most once an hour, a few per
 * minute, and never a value. Called for every write; cheap if there is nothing to report.
 */
export class UndeclaredAttributeLog {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #loggedAt = new Map<string, number>();
  readonly #minutes = new Map<SourceId, { readonly since: number; told: number }>();

  constructor({ clock, log }: { readonly clock: Clock; readonly log: Logger }) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Records the undeclared names of one request. */
  note(source: SourceId, names: readonly string[]): void {
    for (const name of names) this.#logOne(source, name.slice(0, maxCharacters).replaceAll(controlCharacters, ''));
  }

  #logOne(source: SourceId, attribute: string): void {
    const now = this.#clock.now().getTime();
    const key = `${source} ${attribute.toLowerCase()}`;
    if (now - (this.#loggedAt.get(key) ?? -Infinity) < hourMs) return;
    if (this.#loggedAt.size >= maxNames) this.#forget(now);
    if (this.#loggedAt.size >= maxNames || !this.#hasRoom(source, now)) return;
    this.#loggedAt.set(key, now);
    this.#log.warn({ source, attribute }, 'discarding an attribute that vestibule.yaml does not declare');
  }

  #hasRoom(source: SourceId, now: number): boolean {
    const held = this.#minutes.get(source);
    const minute = held && now - held.since < minuteMs ? held : { since: now, told: 0 };
    this.#minutes.set(source, minute);
    minute.told += 1;
    return minute.told <= maxInMinute;
  }

  #forget(now: number): void {
    for (const [key, at] of this.#loggedAt) if (now - at >= hourMs) this.#loggedAt.delete(key);
  }
}
