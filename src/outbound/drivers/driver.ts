// The interfaces of a Driver and its Connections.
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

/** The context that a Driver receives to open a Connection. Secrets in `settings` are already resolved. */
export interface DriverDeps {
  readonly log: Logger;
  readonly clock: Clock;
  /** The Connector's match alternatives, its Actions and its folder. */
  readonly definition: Pick<TargetDefinition, 'target' | 'match' | 'can' | 'folder' | 'absent'>;
  /** A folder of this Target's own that survives restarts (for a script's HOME and TMPDIR, a file's last copy). */
  readonly workFolder: string;
  /** What the Connector needs and the Target gives, by name, with secrets in their places. None when missing. */
  readonly values?: Readonly<Record<string, string>>;
  /** The resolved secrets of the Target, which no text of its Connection may hold. None when missing. */
  readonly secrets?: readonly string[];
  /** Copies that a Driver of whole files keeps of the last ones, from 0 (`keep.files`); 20 when missing. */
  readonly keepFiles?: number;
  /** Reads an environment variable (a script gets only those that it lists). Default: the daemon's environment. */
  readonly env?: (name: string) => string | undefined;
}

/**
 * Code that talks to a family of systems. It does not retry, does not wait, does not read the store and knows no Scope. Every reply
 * becomes an Outcome in one exhaustive function.
 */
export interface Driver<Settings> {
  readonly name: string;
  /** Schema of the merged `settings` of Connector and Target, each field described; unknown keys are problems. */
  readonly settings: z.ZodType<Settings>;
  /** Problems that the schema cannot see (an expression that does not compile, a field that the Mapping lacks). Paths are within `settings`. */
  check?(settings: Settings, definition: TargetDefinition): readonly SettingsProblem[];
  /** The file or address that `open` would write to, for Drivers where two Targets must not share one. */
  writesTo?(settings: Settings, target: TargetName): WriteLocation | undefined;
  /** No I/O before the first call of the Connection. A `read` Connection throws a plain Error when a write is called. */
  open(settings: Settings, deps: DriverDeps, access: 'read' | 'write'): Connection;
  /** Prepares the examination for `test`, with a separate read-only Connection. No I/O before its first step. */
  examine(settings: Settings, deps: DriverDeps): Examination;
}

/** One finding of `check` in a Target's settings. `path` is dotted within `settings`. */
export interface SettingsProblem {
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
  readonly level: 'problem' | 'warning' | 'note';
}

/** A Driver opened for one Target. */
export type Connection = RecordConnection | SnapshotConnection;

/** What both kinds of Connection can do. */
export interface OpenConnection {
  /**
   * Tests the connection and credentials without changing anything at the Target. Resolves on success.
   * @throws {TargetRefused} when it rejects the credentials; {TargetUnavailable} otherwise.
   */
  probe(signal: AbortSignal): Promise<void>;
  /** Ends child processes and sockets. Can be called twice. */
  close(): Promise<void>;
}

/** A Connection that delivers record by record (rest, scim, script). Used by several workers at once, up to the Target's concurrency. */
export interface RecordConnection extends OpenConnection {
  readonly mode: 'record';
  readonly actions: ReadonlySet<Action>;
  /** Most Deliveries that `deliver` takes at once, from 1. */
  readonly batchSize: number;
  /** The Target itself makes a repeated create one record. */
  readonly repeatable: boolean;
  /** How long after a write `find` may still miss it, in milliseconds. */
  readonly visibleAfterMs: number;
  /** Calls in flight at once, from 1, and most per second (missing: no limit). */
  readonly concurrency: number;
  readonly ratePerSecond?: number;
  /**
   * Delivers a batch and yields one Outcome per Delivery, in any order, as soon as each is known.
   * Refs in records are already replaced. Aborts within a second of the signal.
   * @throws {TargetUnavailable | TargetRefused} with `mayHaveLeft` naming the Deliveries whose bytes may have left. Those unanswered
   * and not named are queued again at no cost; those named, or unanswered at an abort or a silent end, are unclear.
   */
  deliver(batch: readonly Delivery[], options: { readonly signal: AbortSignal; readonly notAfter: Date }): AsyncIterable<Answered>;
  /** Looks a Record up by its match fields, in the order of the alternatives. The engine compares the match fields of the results again. */
  find?(planned: Planned, signal: AbortSignal): Promise<readonly Found[]>;
  /** Asks for the result of an `accepted` Delivery. */
  settle?(receipt: string, signal: AbortSignal): Promise<Outcome>;
  /** Everything that the Target holds. Ends with `{complete: true}`, or it does not count. */
  list?(signal: AbortSignal): AsyncIterable<Listed>;
}

/** The result of one Delivery of a batch. */
export interface Answered {
  readonly delivery: DeliveryId;
  readonly outcome: Outcome;
}

/** A record that a Target holds: its key, and its fields in the Mapping's names as far as the Driver can tell. */
export interface Found {
  readonly key?: string;
  readonly record: OutboundRecord;
}

/** One item of `list`, or its end. */
export type Listed = Found | { readonly complete: true };

/** A Connection that uploads whole files (csv in full mode). */
export interface SnapshotConnection extends OpenConnection {
  readonly mode: 'snapshot';
  /** Path of the file that it replaces; missing where the Target has no such file. */
  readonly file?: string;
  readonly actions: ReadonlySet<Action>;
  /** Why this row cannot be written (encoding, length, forbidden text), or `undefined`. Pure; called while planning. */
  refuse(record: OutboundRecord): string | undefined;
  /** How a deactivated Subject's row looks, or `undefined` when it is left out of the file. Pure. */
  deactivated(record: OutboundRecord): OutboundRecord | undefined;
  /**
   * Writes and publishes one whole file. `name` was stored before, so that the same publication can be repeated after a crash without harm.
   * Nothing is visible at the Target before all rows are written and flushed.
   * @throws {TargetUnavailable} when it could not be delivered.
   */
  publish(name: string, rows: AsyncIterable<OutboundRecord>, options: PublishOptions): Promise<Published>;
}

/** Options of publishing a file. */
export interface PublishOptions {
  readonly signal: AbortSignal;
  /** Hands it over even if its content equals the last one: the product lost that. */
  readonly again?: boolean;
}

/** The result of a publication. `unchanged`: the content equals the last one and was not written again. */
export interface Published {
  readonly file: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly unchanged: boolean;
}

/**
 * The read-only test of one Target. Opens nothing before its first step runs; the steps run one at a time in their order. Its texts contain
 * no secrets.
 */
export interface Examination {
  readonly steps: readonly ExaminationStep[];
  /** The last lines that the Target's program wrote to standard error, without secrets. Missing where there is no program. */
  output?(): readonly string[];
  /** Ends child processes and sockets. Can be called twice. */
  close(): Promise<void>;
}

/** One step of an Examination. */
export interface ExaminationStep {
  readonly step: ExaminationStepName;
  /** The steps after it prove nothing when it fails. */
  readonly needed: boolean;
  /** The requests that it sends, each as `GET https://vms.contoso.com/api/staff?q={mail}`, without secrets and made-up values. */
  readonly asks?: readonly string[];
  /**
   * Changes nothing at the Target and resolves with what it found. Should end when `signal` aborts; the caller does not wait for it then.
   * @throws {DaemonError} the cause of the failure, with a hint where a person can help.
   */
  run(signal: AbortSignal): Promise<Examined>;
}

/** The result of a step. `notAvailable`: the step cannot test this; `message` says why. */
export interface Examined {
  readonly message: string;
  readonly hint?: string;
  readonly notAvailable?: true;
}
