// The outbound store in SQLite: creates its parts around one writer.
import type { Database } from 'better-sqlite3';
import type { Clock } from '../../../domain/clock.ts';
import type { EngineStore } from '../../engine-store.ts';
import type { Fence, OutboundStore } from '../../outbound.ts';
import { DatabaseAccess, FencedOff } from '../database-access.ts';
import { GroupCommitWriter } from '../group-commit-writer.ts';
import { SqliteNotes } from '../sqlite-notes.ts';
import type { StoreHealth } from '../store-health.ts';
import { UnitSize } from '../unit-size.ts';
import { SqliteDecisions } from './decisions.ts';
import { SqliteFirstCycles } from './first-cycles.ts';
import { LeaverRows } from './leaver-rows.ts';
import { SqliteNoRows } from './no-rows.ts';
import { OutboundRows } from './outbound-rows.ts';
import { SqliteOutbox } from './outbox.ts';
import { SqliteRechecks } from './rechecks.ts';
import { SqliteShadows } from './shadows.ts';
import { SqliteEngine } from './sqlite-engine-store.ts';
import { SqliteTargets } from './targets.ts';

/** The inputs of an outbound store. */
export interface SqliteOutboundParts {
  readonly db: Database;
  readonly health: StoreHealth;
  readonly clock: Clock;
  readonly idempotencyKey: () => string;
  /** Max time that one commit may collect units, in milliseconds. */
  readonly budgetMs: number;
  /** Max number of rows that one unit changes if an operation works in batches. */
  readonly unitRows: number;
}

/** SQLite has one writer, whose fence is constant. */
const onlyFence: Fence = 1;

/** The outbound store in one SQLite file. */
export class SqliteOutboundStore implements OutboundStore {
  readonly targets: SqliteTargets;
  readonly shadows: SqliteShadows;
  readonly outbox: SqliteOutbox;
  readonly rechecks: SqliteRechecks;
  readonly decisions: SqliteDecisions;
  readonly noRows: SqliteNoRows;
  readonly firstCycles: SqliteFirstCycles;
  readonly notes: SqliteNotes;
  readonly #parts: SqliteOutboundParts;
  readonly #writer: GroupCommitWriter;
  readonly #engine: SqliteEngine;
  readonly #fencedOff: SqliteEngine;

  constructor(parts: SqliteOutboundParts) {
    const { db, health, clock } = parts;
    this.#parts = parts;
    const rows = new OutboundRows(db, parts.idempotencyKey);
    this.#writer = new GroupCommitWriter(db, health, [rows.rechecks.counter], { budgetMs: parts.budgetMs });
    const access = new DatabaseAccess(health, this.#writer);
    const { deliveries, shadows, keys, holds, blocks, rechecks, targets, decisions, noRows } = rows;
    this.targets = new SqliteTargets(access, targets);
    this.shadows = new SqliteShadows({ access, rows: shadows, leavers: new LeaverRows(db), keys, deliveries });
    this.outbox = new SqliteOutbox(db, { access, rows: deliveries, holds, blocks });
    this.rechecks = new SqliteRechecks(access, rechecks);
    this.decisions = new SqliteDecisions(access, decisions);
    this.noRows = new SqliteNoRows(access, noRows);
    this.firstCycles = new SqliteFirstCycles(db, access);
    this.notes = new SqliteNotes(db, access);
    const unitSize = new UnitSize(parts.unitRows);
    this.#engine = new SqliteEngine(db, { access, rows, clock, unitSize });
    this.#fencedOff = new SqliteEngine(db, { access: new FencedOff(health, this.#writer), rows, clock, unitSize });
    health.probeWith(() => void this.notes.set('written', '').catch(() => undefined));
  }

  engine(fence: Fence): EngineStore {
    return fence === onlyFence ? this.#engine : this.#fencedOff;
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
