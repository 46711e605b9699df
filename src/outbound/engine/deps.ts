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

/** Dependencies of every part of the engine; `daemon/` builds them. */
export interface EngineDeps {
  readonly store: OutboundStore;
  /** The staging store. Another thread may write to it at the same time. */
  readonly staging: StagingReader;
  readonly inbound: InboundRequests;
  readonly fence: Fence;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** One for all Targets. */
  readonly compiler: DefinitionCompiler;
  /** The declared custom attributes: part of every view. */
  readonly attributes: readonly CustomAttribute[];
  readonly timing: EngineTiming;
  /** Called with the Target before each piece of work, so that work that never ends can be attributed to it. */
  readonly atWork: (target: TargetName) => void;
  readonly folders: TargetFolders;
  /**
   * Opens a Connection for a definition, with its secrets resolved now. No I/O yet.
   * @throws {TargetRefused} when a secret cannot be read; {ConfigProblems} when the settings do not fit the Driver.
   */
  connect(definition: TargetDefinition, access: 'read' | 'write'): Connection;
}

/** The methods of the inbound half that the engine calls. */
export interface InboundRequests {
  /** Forgets at most `limit` Changes up to `upTo`; see `StagingStore`. @returns true when there are more. */
  pruneChanges(upTo: number, limit: number): Promise<boolean>;
  /** What keeps the staging store from being written, as a sentence; `undefined` when nothing does. */
  readOnly(): string | undefined;
}

/** The folders in which Drivers keep what survives restarts, one for each Target. Everything may be repeated without harm. */
export interface TargetFolders {
  /** Moves the folder of one Target to another and replaces its folder. Does nothing if there is no folder. */
  move(from: TargetName, to: TargetName): Promise<void>;
  remove(target: TargetName): Promise<void>;
}

/** Durations that the site sets. */
export interface EngineTiming {
  /** How long after a Change a Target is planned: five Changes of a second become one Delivery. */
  readonly settleMs: number;
  /** First cycle over after this long without a write. */
  quietMs(source: SourceId): number;
  /** Leaver clocks with a delay stop after this silence. */
  silentMs(source: SourceId): number;
  /** Settled Deliveries are kept this long. */
  readonly keepJournalMs: number;
}
