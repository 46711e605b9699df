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
  /** The setting `silent` of a Source in milliseconds: after a longer silence a new contact begins. */
  readonly silentMs: (source: SourceId) => number;
}

/** How often one Source and one token are noted: leaver clocks count in hours. */
const everyMs = 60_000;

/** Notes that Sources were heard and tokens used, each at most once a minute, without making the request wait or fail. */
export class ContactRecorder {
  readonly #deps: ContactDeps;
  readonly #noted = new Map<string, number>();

  constructor(deps: ContactDeps) {
    this.#deps = deps;
  }

  /** An authenticated request came; without a token id, no stored token was used. Returns at once. */
  note(source: SourceId, tokenId: number | undefined): void {
    const { store, clock, silentMs } = this.#deps;
    const now = clock.now();
    if (this.#isDue(`source ${source}`, now)) this.#write(store.sources.heard(source, now, silentMs(source)), { source });
    if (tokenId !== undefined && this.#isDue(`token ${tokenId}`, now)) this.#write(store.tokens.used(tokenId, now), { token: tokenId });
  }

  #isDue(what: string, now: Date): boolean {
    const last = this.#noted.get(what);
    // A clock that was set back counts as due.
    if (last !== undefined && now.getTime() >= last && now.getTime() - last < everyMs) return false;
    this.#noted.set(what, now.getTime());
    return true;
  }

  #write(writing: Promise<void>, about: { readonly source: SourceId } | { readonly token: number }): void {
    writing.catch((error: unknown) => this.#deps.log.warn({ ...about, error }, 'cannot record the time of the last request'));
  }
}
