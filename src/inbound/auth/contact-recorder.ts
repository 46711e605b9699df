// Records in the store when each Source and token was last used, at most once per interval.
import type { Clock } from '../../domain/clock.ts';
import type { SourceId } from '../../domain/ids.ts';
import type { Logger } from '../../domain/logger.ts';
import type { StagingStore } from '../../store/staging.ts';

/** Dependencies of {@link ContactRecorder}. */
export interface ContactDeps {
  readonly store: Pick<StagingStore, 'sources' | 'tokens'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** The setting `silent` of a Source, in milliseconds: a request after a longer silence begins a new contact. */
  readonly silentMs: (source: SourceId) => number;
}

/** Min interval between two records of a Source or token. Precise enough, because `silent` is a matter of hours. */
const everyMs = 60_000;

/** Records when each Source and token was last used, at most once a minute, without delaying the request or making it fail. */
export class ContactRecorder {
  readonly #deps: ContactDeps;
  readonly #noted = new Map<string, number>();

  constructor(deps: ContactDeps) {
    this.#deps = deps;
  }

  /** Records an authenticated request. `tokenId` is undefined if no stored token was used. Returns immediately. */
  note(source: SourceId, tokenId: number | undefined): void {
    const { store, clock, silentMs } = this.#deps;
    const now = clock.now();
    if (this.#isDue(`source ${source}`, now)) this.#write(store.sources.heard(source, now, silentMs(source)), { source });
    if (tokenId !== undefined && this.#isDue(`token ${tokenId}`, now)) this.#write(store.tokens.used(tokenId, now), { token: tokenId });
  }

  #isDue(what: string, now: Date): boolean {
    const last = this.#noted.get(what);
    // If the clock was set back, a record is due.
    if (last !== undefined && now.getTime() >= last && now.getTime() - last < everyMs) return false;
    this.#noted.set(what, now.getTime());
    return true;
  }

  #write(writing: Promise<void>, about: { readonly source: SourceId } | { readonly token: number }): void {
    writing.catch((error: unknown) => this.#deps.log.warn({ ...about, error }, 'cannot record the time of the last request'));
  }
}
