import type { Clock } from '../domain/clock.ts';
import type { SourceId } from '../domain/ids.ts';
import type { Logger } from '../domain/logger.ts';

const hourMs = 3_600_000;

/** Names that are remembered at once. */
const mostNames = 500;

/** A longer name is cut: it is somebody's text. */
const mostCharacters = 200;

/**
 * Tells the technician, in the log, of attributes that a directory sends and `vestibule.yaml` does not declare: each name of a Source
 * once an hour, with no value. Called for every write; costs nothing when there is nothing to tell.
 */
export class UndeclaredAttributes {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #toldAt = new Map<string, number>();

  constructor({ clock, log }: { readonly clock: Clock; readonly log: Logger }) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Takes the names that one request brought. */
  note(source: SourceId, names: readonly string[]): void {
    for (const name of names) this.#tell(source, name.slice(0, mostCharacters));
  }

  #tell(source: SourceId, attribute: string): void {
    const now = this.#clock.now().getTime();
    const key = `${source} ${attribute.toLowerCase()}`;
    if (now - (this.#toldAt.get(key) ?? -Infinity) < hourMs) return;
    if (this.#toldAt.size >= mostNames) this.#forget(now);
    if (this.#toldAt.size >= mostNames) return;
    this.#toldAt.set(key, now);
    this.#log.warn({ source, attribute }, 'the directory sends an attribute that vestibule.yaml does not declare; it is not kept');
  }

  #forget(now: number): void {
    for (const [key, at] of this.#toldAt) if (now - at >= hourMs) this.#toldAt.delete(key);
  }
}
