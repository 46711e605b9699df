// The staging store in SQLite, as the outbound half reads it.
import type { Database } from 'better-sqlite3';
import type { StagingReader } from '../../staging.ts';
import type { StoreHealth } from '../store-health.ts';
import { SqliteChanges } from './changes.ts';
import { MembershipRows } from './membership-rows.ts';
import { SqlitePeople } from './people.ts';
import { PersonRows } from './person-rows.ts';
import { SnapshotAccess } from './snapshot-access.ts';
import { SourceReads } from './sources.ts';

/** The staging store as the outbound half reads it, through its own connection. */
export class SqliteStagingReader implements StagingReader {
  readonly people: SqlitePeople;
  readonly changes: SqliteChanges;
  readonly sources: SourceReads;

  /** `db` must be opened for reading. */
  constructor(db: Database, health: StoreHealth) {
    const access = new SnapshotAccess(db, health);
    this.people = new SqlitePeople(db, { access, rows: new PersonRows(db), memberships: new MembershipRows(db) });
    this.changes = new SqliteChanges(db, access);
    this.sources = new SourceReads(db, access);
  }
}
