// Implements the Store port on SQLite.
import type { Database } from 'better-sqlite3';
import type { Clock } from '../../domain/clock.ts';
import type { ResourceId, SourceId } from '../../domain/ids.ts';
import type { Schemas } from '../../scim/schema/compile-schemas.ts';
import type { Fence, SourceStore, Store } from '../store.ts';
import type { EngineStore } from '../engine-store.ts';
import { DatabaseAccess } from './database-access.ts';
import type { StoreHealth } from './store-health.ts';
import { SqliteNotes } from './sqlite-notes.ts';
import { SqliteDecisions } from './outbound/decisions.ts';
import { SqliteEngine } from './outbound/sqlite-engine-store.ts';
import { LeaverRows } from './outbound/leaver-rows.ts';
import { SqliteRechecks } from './outbound/rechecks.ts';
import { SqliteNoRows } from './outbound/no-rows.ts';
import { OutboundRows } from './outbound/outbound-rows.ts';
import { SqliteOutbox } from './outbound/outbox.ts';
import { SqliteShadows } from './outbound/shadows.ts';
import { SqliteTargets } from './outbound/targets.ts';
import { ChangeLog, SqliteChanges } from './staging/changes.ts';
import { registerFilterFunctions } from './staging/filter/sql-functions.ts';
import { ScanTimeBudget, type MonotonicMs } from './staging/filter/scan-time-budget.ts';
import { StatementCache } from './staging/filter/statement-cache.ts';
import { FindGroups } from './staging/find-groups.ts';
import { FindUsers } from './staging/find-users.ts';
import { GroupRows } from './staging/group-rows.ts';
import type { GroupParts } from './staging/groups.ts';
import { MembershipRows } from './staging/membership-rows.ts';
import { SqlitePeople } from './staging/people.ts';
import { PersonRows } from './staging/person-rows.ts';
import { References } from './staging/references.ts';
import { SqliteSourceStore } from './staging/source-store.ts';
import { SortedPageCursors } from './staging/sorted-page-cursors.ts';
import { SqliteSources } from './staging/sources.ts';
import { SourceCounters } from './staging/source-counters.ts';
import { SqliteTokens } from './staging/tokens.ts';
import type { UserParts } from './staging/users.ts';
import { UnitTimeBudget } from './unit-time-budget.ts';
import { GroupCommitWriter } from './group-commit-writer.ts';

/** Dependencies of {@link SqliteStore}; `release` releases the lock. */
export interface SqliteStoreParts {
  readonly db: Database;
  readonly health: StoreHealth;
  readonly clock: Clock;
  readonly schemas: Schemas;
  readonly newId: () => ResourceId;
  readonly idempotencyKey: () => string;
  /** How long one commit may collect units, in milliseconds. */
  readonly budgetMs: number;
  /** Missing: the writer's own. */
  readonly maxRestMs?: number | undefined;
  /** What the time of look-ups is taken by. */
  readonly monotonicMs: MonotonicMs;
  readonly release: () => void;
}

/** SQLite has one writer, whose fence is constant. */
const onlyFence: Fence = 1;

/** The staging store in one SQLite file. Made by `openSqliteStore`. */
export class SqliteStore implements Store {
  readonly sources: SqliteSources;
  readonly people: SqlitePeople;
  readonly changes: SqliteChanges;
  readonly tokens: SqliteTokens;
  readonly notes: SqliteNotes;
  readonly targets: SqliteTargets;
  readonly shadows: SqliteShadows;
  readonly outbox: SqliteOutbox;
  readonly rechecks: SqliteRechecks;
  readonly decisions: SqliteDecisions;
  readonly noRows: SqliteNoRows;
  readonly #parts: SqliteStoreParts;
  readonly #writer: GroupCommitWriter;
  readonly #access: DatabaseAccess;
  readonly #unitBudget: UnitTimeBudget;
  readonly #outbound: OutboundRows;
  readonly #userParts: UserParts;
  readonly #groupParts: GroupParts;
  readonly #engine: SqliteEngine;
  readonly #ofSource = new Map<SourceId, SourceStore>();

  constructor(parts: SqliteStoreParts) {
    const { db, health, clock, schemas, newId } = parts;
    this.#parts = parts;
    const log = new ChangeLog(db);
    const counters = new SourceCounters(db);
    const outbound = new OutboundRows(db, parts.idempotencyKey);
    this.#outbound = outbound;
    this.#writer = new GroupCommitWriter(db, health, [log.counter, outbound.rechecks.counter, counters], {
      budgetMs: parts.budgetMs,
      maxRestMs: parts.maxRestMs,
    });
    this.#unitBudget = new UnitTimeBudget(parts.budgetMs / 3);
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
    this.people = new SqlitePeople(db, { access, rows: persons, memberships });
    this.changes = new SqliteChanges(db, access.lowPriority(), log);
    this.tokens = new SqliteTokens(db, access);
    this.notes = new SqliteNotes(db, access);
    health.probeWith(() => void this.notes.set('written', '').catch(() => undefined));

    const { deliveries, shadows, keys, holds, blocks, rechecks, targets, decisions, noRows } = outbound;
    this.targets = new SqliteTargets(access, targets);
    this.shadows = new SqliteShadows({ access, rows: shadows, leavers: new LeaverRows(db), keys, deliveries });
    this.outbox = new SqliteOutbox(db, { access, rows: deliveries, holds, blocks });
    this.rechecks = new SqliteRechecks(access, rechecks);
    this.decisions = new SqliteDecisions(access, decisions);
    this.noRows = new SqliteNoRows(access, noRows);
    this.#engine = new SqliteEngine(db, { access: access.lowPriority(), rows: outbound, clock, unitBudget: this.#unitBudget });
  }

  of(source: SourceId): SourceStore {
    const known = this.#ofSource.get(source);
    if (known !== undefined) return known;
    const made = new SqliteSourceStore(source, this.#userParts, this.#groupParts);
    this.#ofSource.set(source, made);
    return made;
  }

  engine(fence: Fence): EngineStore {
    if (fence === onlyFence) return this.#engine;
    const { db, clock } = this.#parts;
    return new SqliteEngine(db, { access: this.#access.fencedOff(), rows: this.#outbound, clock, unitBudget: this.#unitBudget });
  }

  readOnly(): string | undefined {
    return this.#parts.health.sentence;
  }

  async close(): Promise<void> {
    await this.#writer.drain();
    const { db, health, release } = this.#parts;
    if (!db.open) return;
    health.close();
    db.close();
    release();
  }
}
