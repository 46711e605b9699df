import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { silentLogger } from '../../../src/domain/logger.ts';
import type { Schemas } from '../../../src/scim/schema/compile-schemas.ts';
import { openConnection, type Sharing } from '../../../src/store/sqlite/connection.ts';
import { outboundFileIn } from '../../../src/store/sqlite/open.ts';
import { openJoined, type Store } from '../../support/stores.ts';
import type { StoreUnderTest } from '../../contracts/store/harness.ts';
import { TestClock } from '../../support/test-clock.ts';

/** A note or Source with this name makes its commit fail. */
const poison = 'break the commit';

/** Opens a new store in a temporary folder. */
export async function openSqliteForTest(schemas?: Schemas): Promise<StoreUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'vestibule-store-'));
  const file = join(folder, 'vestibule.db');
  await (await openFile(file)).close();
  plantPoison(file, 'shared', 'notes', 'name');
  plantPoison(outboundFileIn(folder), 'alone', 'first_cycles', 'source');
  return toStoreUnderTest(folder, file, await openFile(file, new TestClock(), schemas));
}

/** Opens the stores for a staging file, with a clock that stands still. Concurrent writes share a commit, even on a slow machine. */
export function openFile(file: string, clock = new TestClock(), schemas?: Schemas): Promise<Store> {
  return openJoined({ folder: dirname(file), clock, log: silentLogger, budgetMs: 60_000, ...(schemas && { schemas }) });
}

function toStoreUnderTest(folder: string, file: string, store: Store): StoreUnderTest {
  return {
    store,
    async reopen() {
      await store.close();
      const again = await openFile(file);
      return toStoreUnderTest(folder, file, again);
    },
    poisonCommit: () => store.notes.set(poison, ''),
    poisonOutboundCommit: () => store.firstCycles.note(poison),
    async dispose() {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Adds a foreign key that is checked only at the commit, and fails. */
function plantPoison(file: string, sharing: Sharing, table: string, column: string): void {
  const db = openConnection(file, sharing);
  db.exec(`
    create table poison (value text references ${table} (${column}) deferrable initially deferred);
    create trigger poisoned after insert on ${table} when new.${column} = '${poison}' begin insert into poison values ('nobody'); end`);
  db.close();
}
