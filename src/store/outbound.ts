// The port of the outbound store: Targets, Shadows, Plans and Deliveries.
import type { SourceId } from '../domain/ids.ts';
import type { EngineStore } from './engine-store.ts';
import type { Notes } from './identity.ts';
import type { Decisions, NoRows, Outbox, Rechecks, Shadows, Targets } from './outbound-reads.ts';

/**
 * The state of the Targets, and the Deliveries planned for them. Its methods are atomic and durable units like those of the staging store; no
 * unit covers both stores.
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
  /** Writes of the engine. The fence tells the one who may write now; constant on SQLite. */
  engine(fence: Fence): EngineStore;
  /** As in the staging store. */
  readOnly(): string | undefined;
}

/** Who may write: a number that grows with each new leader. SQLite has one writer, so always 1. */
export type Fence = number;

/** The Sources whose first cycle is over: a later write of one must not make it look unfinished again. */
export interface FirstCycles {
  over(): Promise<ReadonlySet<SourceId>>;
  /** Records that one has ended. Can be repeated. */
  note(source: SourceId): Promise<void>;
}
