// Checks whether a client identifier is the name of a Source.
import type { SourceId } from '../../domain/ids.ts';
import type { StagingStore } from '../../store/staging.ts';

/** Distinguishes names of Sources from other client identifiers, because Entra may send another identifier. */
export class KnownSources {
  readonly #configured: ReadonlySet<SourceId>;
  readonly #store: Pick<StagingStore, 'tokens' | 'sources'>;

  constructor(configured: readonly SourceId[], store: Pick<StagingStore, 'tokens' | 'sources'>) {
    this.#configured = new Set(configured);
    this.#store = store;
  }

  /**
   * Whether a Source with this name is configured, has sent a request, or has a token. @throws {StoreError} if the store is not readable.
   */
  async has(name: string): Promise<boolean> {
    if (this.#configured.has(name)) return true;
    if ((await this.#store.sources.get(name)) !== undefined) return true;
    return (await this.#store.tokens.list()).some(({ source }) => source === name);
  }
}
