import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '../../../src/domain/logger.ts';
import type { Schemas } from '../../../src/scim/schema/compile-schemas.ts';
import { openConnection } from '../../../src/store/sqlite/connection.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open.ts';
import type { Store } from '../../../src/store/store.ts';
import type { StoreUnderTest } from '../../contracts/store/harness.ts';
import { TestClock } from '../../support/test-clock.ts';

/** A note of this name breaks the commit that it is part of. */
const poison = 'break the commit';

/** Opens a fresh store in a folder of its own. */
export async function openSqliteForTest(schemas?: Schemas): Promise<StoreUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'vestibule-store-'));
  const file = join(folder, 'vestibule.db');
  await (await openFile(file)).close();
  plantPoison(file);
  return toStoreUnderTest(folder, file, await openFile(file, new TestClock(), schemas));
}

/** Opens a store file on a clock that stands still. Concurrent writes share a commit, however slow the machine is. */
export function openFile(file: string, clock = new TestClock(), schemas?: Schemas): Promise<Store> {
  return openSqliteStore({ file, clock, log: silentLogger, budgetMs: 60_000, ...(schemas && { schemas }) });
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
    async dispose() {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A reference that is checked only when the transaction commits, and fails then. */
function plantPoison(file: string): void {
  const db = openConnection(file);
  db.exec(`
    create table poison (note text references notes (name) deferrable initially deferred);
    create trigger poison_notes after insert on notes when new.name = '${poison}' begin insert into poison values ('nobody'); end`);
  db.close();
}
