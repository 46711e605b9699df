// The dependencies of the engine.
import type { Clock, Random } from '../../domain/clock.ts';
import type { SourceId, TargetName } from '../../domain/ids.ts';
import type { Logger } from '../../domain/logger.ts';
import type { CustomAttribute } from '../../domain/person-view.ts';
import type { TargetDefinition } from '../../domain/target.ts';
import type { Connection } from '../drivers/driver.ts';
import type { DefinitionCompiler } from '../../mapping/definition-compiler.ts';
import type { Fence, OutboundStore } from '../../store/outbound.ts';
import type { StagingReader } from '../../store/staging.ts';

/** Dependencies of every part of the engine, created by `daemon/`. */
export interface EngineDeps {
  readonly store: OutboundStore;
  /** The staging store. Another process may write to it at the same time. */
  readonly staging: StagingReader;
  readonly inbound: InboundRequests;
  readonly fence: Fence;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Shared by all Targets. */
  readonly compiler: DefinitionCompiler;
  /** The declared custom attributes, which are part of every PersonView. */
  readonly attributes: readonly CustomAttribute[];
  readonly timing: EngineTiming;
  /** Called with the Target's name before each piece of work, so that work that never ends can be attributed to the Target. */
  readonly atWork: (target: TargetName) => void;
  readonly folders: TargetFolders;
  /**
   * Opens a Connection for a definition, with its secrets resolved now. No I/O yet.
   * @throws {TargetRefused} if a secret cannot be read; {ConfigProblems} if the settings do not match the schema of the Driver.
   */
  connect(definition: TargetDefinition, access: 'read' | 'write'): Connection;
}

/** The requests that the engine sends to the inbound half. */
export interface InboundRequests {
  /** Deletes at most `limit` Changes up to `upTo`; see `StagingStore`. @returns true if there are more. */
  pruneChanges(upTo: number, limit: number): Promise<boolean>;
  /** Why the staging store is read-only, as a sentence; `undefined` if it is writable. */
  readOnly(): string | undefined;
}

/** One folder per Target, in which Drivers keep files across restarts. All operations can safely be repeated. */
export interface TargetFolders {
  /** Moves the folder of one Target to another Target and replaces the folder there. Does nothing if there is no folder. */
  move(from: TargetName, to: TargetName): Promise<void>;
  remove(target: TargetName): Promise<void>;
}

/** Durations that the site configures. */
export interface EngineTiming {
  /** Time between a Change and planning. Five Changes within a second result in one Delivery. */
  readonly settleMs: number;
  /** A Source's first cycle counts as finished after this time without a write. */
  quietMs(source: SourceId): number;
  /** Leaver delays are suspended after this time without contact to the Source. */
  silentMs(source: SourceId): number;
  /** Completed Deliveries and journal entries are kept for this time. */
  readonly keepJournalMs: number;
}
