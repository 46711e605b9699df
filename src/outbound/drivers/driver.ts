// The interfaces that every Driver implements: Driver, Connection and Examination.
import type { z } from 'zod';
import type { Clock } from '../../domain/clock.ts';
import type { Delivery, Planned } from '../../domain/delivery.ts';
import type { ExaminationStepName } from '../../domain/examination.ts';
import type { DeliveryId, TargetName } from '../../domain/ids.ts';
import type { Logger } from '../../domain/logger.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { OutboundRecord } from '../../domain/record.ts';
import type { Action, TargetDefinition } from '../../domain/target.ts';
import type { WriteLocation } from '../../domain/write-location.ts';

/** What a Driver receives to open a Connection. Secrets in `settings` are already resolved. */
export interface DriverDeps {
  readonly log: Logger;
  readonly clock: Clock;
  /** Match alternatives, Actions and folder of the Connector. */
  readonly definition: Pick<TargetDefinition, 'target' | 'match' | 'can' | 'folder' | 'absent'>;
  /** A folder for this Target only, which survives restarts (a script's HOME and TMPDIR, copies of published files). */
  readonly workFolder: string;
  /** The values that the Connector requires and the Target provides, by name, with resolved secrets. Missing if there are none. */
  readonly values?: Readonly<Record<string, string>>;
  /** The resolved secrets of the Target. No text of its Connection may contain them. Missing if there are none. */
  readonly secrets?: readonly string[];
  /** Number of published files of which a full-file Driver keeps copies (`keep.files`), 0 or more. Default: 20. */
  readonly keepFiles?: number;
  /** Reads an environment variable; a script gets only those that its settings list. Default: the daemon's environment. */
  readonly env?: (name: string) => string | undefined;
}

/**
 * Code that communicates with a family of systems. It does not retry or wait, does not read the store, and does not know Scopes. One
 * exhaustive function converts every reply to an Outcome.
 */
export interface Driver<Settings> {
  readonly name: string;
  /** Schema of the merged `settings` of Connector and Target, with a description of each field. Unknown keys are problems. */
  readonly settings: z.ZodType<Settings>;
  /**
   * Finds problems that the schema cannot find, such as an expression that does not compile or a field missing in the Mapping. Paths are
   * relative to `settings`.
   */
  check?(settings: Settings, definition: TargetDefinition): readonly SettingsProblem[];
  /** The file or address that `open` would write to, if two Targets must not share it. */
  writesTo?(settings: Settings, target: TargetName): WriteLocation | undefined;
  /**
   * Opens a Connection without I/O; the first call of a method may do I/O. A `read` Connection throws a plain Error if a write is called.
   */
  open(settings: Settings, deps: DriverDeps, access: 'read' | 'write'): Connection;
  /** Prepares the steps of `test`, with a separate read-only Connection. No I/O before the first step. */
  examine(settings: Settings, deps: DriverDeps): Examination;
}

/** One problem or warning of `check` in a Target's settings. `path` is dotted and relative to `settings`. */
export interface SettingsProblem {
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
  readonly level: 'problem' | 'warning' | 'note';
}

/** A Driver opened for one Target. */
export type Connection = RecordConnection | SnapshotConnection;

/** Methods that both kinds of Connection have. */
export interface OpenConnection {
  /**
   * Tests the connection and the credentials without changing anything at the Target. Resolves if both work.
   * @throws {TargetRefused} if the Target rejects the credentials; {TargetUnavailable} otherwise.
   */
  probe(signal: AbortSignal): Promise<void>;
  /** Ends child processes and sockets. Can be called twice. */
  close(): Promise<void>;
}

/** A Connection that delivers record by record (rest, scim, script). The engine makes up to `concurrency` calls at the same time. */
export interface RecordConnection extends OpenConnection {
  readonly mode: 'record';
  readonly actions: ReadonlySet<Action>;
  /** Max number of Deliveries in one call of `deliver`, at least 1. */
  readonly batchSize: number;
  /** True if the Target creates only one record when a create is repeated. */
  readonly repeatable: boolean;
  /** Max time after a write until `find` finds the record, in milliseconds. */
  readonly visibleAfterMs: number;
  /** Max number of calls in progress, at least 1. `ratePerSecond` is the max number of calls per second. Default: no limit. */
  readonly concurrency: number;
  readonly ratePerSecond?: number;
  /**
   * Delivers a batch and yields one Outcome per Delivery, in any order, as soon as each is known. Stops within a second after `signal`
   * aborts.
   * @throws {TargetUnavailable | TargetRefused} with `mayHaveLeft`: the Deliveries that may have been sent, even partly. A Delivery without an
   * Outcome is unclear if it is listed there, or if the iteration was aborted or ended without an error. All others are queued again and do
   * not count as failed.
   */
  deliver(batch: readonly Delivery[], options: { readonly signal: AbortSignal; readonly notAfter: Date }): AsyncIterable<Answered>;
  /**
   * Looks up a Record by its match fields, in the order of the match alternatives. The engine compares the match fields of the results
   * again.
   */
  find?(planned: Planned, signal: AbortSignal): Promise<readonly Found[]>;
  /** Requests the result of an `accepted` Delivery. */
  settle?(receipt: string, signal: AbortSignal): Promise<Outcome>;
  /** Lists all records of the Target. The list is valid only if it ends with `{complete: true}`. */
  list?(signal: AbortSignal): AsyncIterable<Listed>;
}

/** The result of one Delivery of a batch. */
export interface Answered {
  readonly delivery: DeliveryId;
  readonly outcome: Outcome;
}

/** A record at a Target: its key, and its fields under the names of the Mapping as far as the Driver knows them. */
export interface Found {
  readonly key?: string;
  readonly record: OutboundRecord;
}

/** One record of `list`, or the end marker. */
export type Listed = Found | { readonly complete: true };

/** A Connection that publishes full files (csv). */
export interface SnapshotConnection extends OpenConnection {
  readonly mode: 'snapshot';
  /** Path of the file that is replaced; not set if the Target has no such file. */
  readonly file?: string;
  readonly actions: ReadonlySet<Action>;
  /** Why this row cannot be written (encoding, length, invalid text); `undefined` if it can. Pure; called while planning. */
  refuse(record: OutboundRecord): string | undefined;
  /** The row of a deactivated Subject; `undefined` if such a row is omitted from the file. Pure. */
  deactivated(record: OutboundRecord): OutboundRecord | undefined;
  /**
   * Writes and publishes one full file. The caller has already stored `name`, so the same publication can safely be repeated after a crash. The
   * file becomes visible to the Target only after all rows are written and flushed.
   * @throws {TargetUnavailable} if the file could not be delivered.
   */
  publish(name: string, rows: AsyncIterable<OutboundRecord>, options: PublishOptions): Promise<Published>;
}

/** Options of `publish`. */
export interface PublishOptions {
  readonly signal: AbortSignal;
  /** Publishes the file even if its content equals the previous one, because the product has lost its data. */
  readonly again?: boolean;
}

/** The result of a publication. `unchanged`: the content equals the previous file, so it was not written again. */
export interface Published {
  readonly file: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly unchanged: boolean;
}

/**
 * The read-only test of one Target. Opens nothing before its first step; the steps run one at a time in order. Its strings contain no
 * secrets.
 */
export interface Examination {
  readonly steps: readonly ExaminationStep[];
  /** The last lines that the Target's script wrote to standard error, without secrets. Not set if there is no script. */
  output?(): readonly string[];
  /** Ends child processes and sockets. Can be called twice. */
  close(): Promise<void>;
}

/** One step of an Examination. */
export interface ExaminationStep {
  readonly step: ExaminationStepName;
  /** If this step fails, the later steps are not run. */
  readonly needed: boolean;
  /**
   * The requests of this step, each as `GET https://vms.contoso.com/api/staff?q={mail}`, with field names in place of values and without
   * secrets.
   */
  readonly asks?: readonly string[];
  /**
   * Runs the step without changing anything at the Target, and resolves with the result. Should end when `signal` aborts; the caller does
   * not wait for it after that.
   * @throws {DaemonError} the cause of the failure, with a hint if an operator can fix it.
   */
  run(signal: AbortSignal): Promise<Examined>;
}

/** The result of a step. `notAvailable`: this cannot be tested; `message` says why. */
export interface Examined {
  readonly message: string;
  readonly hint?: string;
  readonly notAvailable?: true;
}
