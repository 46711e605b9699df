// The staging store in SQLite: creates its parts around one writer.
import type { Database, Statement } from 'better-sqlite3';
import type { ResourceId, SourceId } from '../../../domain/ids.ts';
import type { Schemas } from '../../../scim/schema/compile-schemas.ts';
import type { SourceStore, StagingStore } from '../../staging.ts';
import { DatabaseAccess } from '../database-access.ts';
import { GroupCommitWriter } from '../group-commit-writer.ts';
import { prepare } from '../prepare.ts';
import { SqliteNotes } from '../sqlite-notes.ts';
import type { StoreHealth } from '../store-health.ts';
import { ChangeLog } from './changes.ts';
import { registerFilterFunctions } from './filter/sql-functions.ts';
import { ScanTimeBudget, type MonotonicMs } from './filter/scan-time-budget.ts';
import { StatementCache } from './filter/statement-cache.ts';
import { FindGroups } from './find-groups.ts';
import { FindUsers } from './find-users.ts';
import { GroupRows } from './group-rows.ts';
import type { GroupParts } from './groups.ts';
import { MembershipRows } from './membership-rows.ts';
import { PersonRows } from './person-rows.ts';
import { pruneSql } from './prune-sql.ts';
import { References } from './references.ts';
import { SortedPageCursors } from './sorted-page-cursors.ts';
import { SourceCounters } from './source-counters.ts';
import { SqliteSourceStore } from './source-store.ts';
import { SqliteSources } from './sources.ts';
import { SqliteTokens } from './tokens.ts';
import type { UserParts } from './users.ts';

/** Dependencies of a staging store. */
export interface SqliteStagingParts {
  readonly db: Database;
  readonly health: StoreHealth;
  readonly schemas: Schemas;
  readonly newId: () => ResourceId;
  /** Max time that one commit may collect units, in milliseconds. */
  readonly budgetMs: number;
  /** The clock with which look-ups are timed. */
  readonly monotonicMs: MonotonicMs;
}

/** The staging store in one SQLite file. */
export class SqliteStagingStore implements StagingStore {
  readonly sources: SqliteSources;
  readonly tokens: SqliteTokens;
  readonly notes: SqliteNotes;
  readonly #parts: SqliteStagingParts;
  readonly #writer: GroupCommitWriter;
  readonly #userParts: UserParts;
  readonly #groupParts: GroupParts;
  readonly #access: DatabaseAccess;
  readonly #prune: readonly Statement<[number, number]>[];
  readonly #ofSource = new Map<SourceId, SourceStore>();

  constructor(parts: SqliteStagingParts) {
    const { db, health, schemas, newId } = parts;
    this.#parts = parts;
    const log = new ChangeLog(db);
    const counters = new SourceCounters(db);
    this.#writer = new GroupCommitWriter(db, health, [log.counter, counters], { budgetMs: parts.budgetMs });
    const access = new DatabaseAccess(health, this.#writer);
    this.#access = access;
    const memberships = new MembershipRows(db);
    const references = new References(db);
    const persons = new PersonRows(db);
    const groups = new GroupRows(db);
    const shared = { access, memberships, references, log, counters, newId };
    registerFilterFunctions(db, schemas);
    const listing = {
      access,
      statements: new StatementCache(db),
      budget: new ScanTimeBudget(db, parts.monotonicMs),
      cursors: new SortedPageCursors(),
    };
    const findUsers = new FindUsers({ listing, rows: persons, memberships, counters, schemas });
    const findGroups = new FindGroups({ listing, rows: groups, memberships, references, counters, schemas });
    this.#userParts = { ...shared, rows: persons, find: findUsers };
    this.#groupParts = { ...shared, rows: groups, find: findGroups, schemas };
    this.sources = new SqliteSources(db, access);
    this.tokens = new SqliteTokens(db, access);
    this.notes = new SqliteNotes(db, access);
    this.#prune = pruneSql.map((sql) => prepare(db, sql));
    health.probeWith(() => void this.notes.set('written', '').catch(() => undefined));
  }

  of(source: SourceId): SourceStore {
    const known = this.#ofSource.get(source);
    if (known !== undefined) return known;
    const made = new SqliteSourceStore(source, this.#userParts, this.#groupParts);
    this.#ofSource.set(source, made);
    return made;
  }

  pruneChanges(upTo: number, limit: number): Promise<boolean> {
    return this.#access.write(() => this.#prune.map((statement) => statement.run(upTo, limit).changes).some((count) => count === limit));
  }

  readOnly(): string | undefined {
    return this.#parts.health.sentence;
  }

  /** Waits for queued units, and rejects later ones. The caller that opened the file must close it. Can be called twice. */
  async close(): Promise<void> {
    await this.#writer.drain();
    this.#parts.health.close();
  }
}
