// Knows the names of all Sources, to tell a Source name from any other client identifier.
import type { SourceId } from '../../domain/ids.ts';
import type { StagingStore } from '../../store/staging.ts';

/** Distinguishes names of Sources from other client identifiers: Entra may send an identifier of its own. */
export class KnownSources {
  readonly #configured: ReadonlySet<SourceId>;
  readonly #store: Pick<StagingStore, 'tokens' | 'sources'>;

  constructor(configured: readonly SourceId[], store: Pick<StagingStore, 'tokens' | 'sources'>) {
    this.#configured = new Set(configured);
    this.#store = store;
  }

  /** Whether a Source of this name is configured, was heard, or has a token. @throws {StoreError} when the store cannot be read. */
  async has(name: string): Promise<boolean> {
    if (this.#configured.has(name)) return true;
    if ((await this.#store.sources.get(name)) !== undefined) return true;
    return (await this.#store.tokens.list()).some(({ source }) => source === name);
  }
}
