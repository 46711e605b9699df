// The port of the outbound store: Targets, Shadows, Plans and Deliveries.
import type { SourceId } from '../domain/ids.ts';
import type { EngineStore } from './engine-store.ts';
import type { Notes } from './identity.ts';
import type { Decisions, NoRows, Outbox, Rechecks, Shadows, Targets } from './outbound-reads.ts';

/**
 * The state of the Targets, and the Deliveries planned for them. Each method is one atomic, durable unit, as in the staging store; no unit
 * spans both stores.
 */
export interface OutboundStore {
  readonly targets: Targets;
  readonly shadows: Shadows;
  readonly outbox: Outbox;
  readonly rechecks: Rechecks;
  readonly decisions: Decisions;
  readonly noRows: NoRows;
  readonly firstCycles: FirstCycles;
  readonly notes: Notes;
  /** Writes of the engine. `fence` identifies the current writer; constant for SQLite. */
  engine(fence: Fence): EngineStore;
  /** Why the store is read-only, as in the staging store. */
  readOnly(): string | undefined;
}

/** A number that identifies the current writer and increases with each new one. SQLite has only one writer, so it is always 1. */
export type Fence = number;

/** The Sources whose first cycle has finished, because a later write must not make a cycle look unfinished. */
export interface FirstCycles {
  over(): Promise<ReadonlySet<SourceId>>;
  /** Records that the first cycle of a Source has finished. Can be repeated. */
  note(source: SourceId): Promise<void>;
}
