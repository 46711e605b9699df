import type { OutboundStore } from '../../src/store/outbound.ts';
import { openSqliteStores, type SqliteStoreOptions, type Stores } from '../../src/store/sqlite/open.ts';
import type { StagingReader, StagingStore } from '../../src/store/staging.ts';

/** Both stores of a data folder as one object, for tests that use both. */
export interface Store extends StagingStore, Omit<StagingReader, 'sources'>, OutboundStore {
  close(): Promise<void>;
}

/** Combines the parts of both stores under their names. */
export function joinStores(stores: Stores): Store {
  const { staging, reader, outbound } = stores;
  const { sources, tokens, notes } = staging;
  const { people, changes } = reader;
  const { targets, shadows, outbox, rechecks, decisions, noRows, firstCycles } = outbound;
  return {
    sources,
    tokens,
    notes,
    people,
    changes,
    targets,
    shadows,
    outbox,
    rechecks,
    decisions,
    noRows,
    firstCycles,
    close: () => stores.close(),
    of: (source) => staging.of(source),
    pruneChanges: (upTo, limit) => staging.pruneChanges(upTo, limit),
    engine: (fence) => outbound.engine(fence),
    readOnly: () => staging.readOnly() ?? outbound.readOnly(),
  };
}

/** Opens the stores of a folder as one object. */
export async function openJoined(options: SqliteStoreOptions): Promise<Store> {
  return joinStores(await openSqliteStores(options));
}
