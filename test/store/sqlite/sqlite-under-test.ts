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

/** A note, or a Source noted, of this name breaks the commit that it is part of. */
const poison = 'break the commit';

/** Opens a fresh store in a folder of its own. */
export async function openSqliteForTest(schemas?: Schemas): Promise<StoreUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'vestibule-store-'));
  const file = join(folder, 'vestibule.db');
  await (await openFile(file)).close();
  plantPoison(file, 'shared', 'notes', 'name');
  plantPoison(outboundFileIn(folder), 'alone', 'first_cycles', 'source');
  return toStoreUnderTest(folder, file, await openFile(file, new TestClock(), schemas));
}

/** Opens the stores beside a staging file on a clock that stands still. Concurrent writes share a commit, however slow the machine is. */
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

/** A reference that is checked only when the transaction commits, and fails then. */
function plantPoison(file: string, sharing: Sharing, table: string, column: string): void {
  const db = openConnection(file, sharing);
  db.exec(`
    create table poison (value text references ${table} (${column}) deferrable initially deferred);
    create trigger poisoned after insert on ${table} when new.${column} = '${poison}' begin insert into poison values ('nobody'); end`);
  db.close();
}
