// The port for reading the outbound store: Targets, Shadows, Deliveries, Rechecks and Decisions.
import type { Recheck } from '../domain/change.ts';
import type { Decision, Delivery, DeliveryState, Hold } from '../domain/delivery.ts';
import type { DeliveryId, SubjectId, SubjectRef, TargetName } from '../domain/ids.ts';
import type { MatchKey, OutboundRecord } from '../domain/record.ts';
import type { Shadow } from '../domain/shadow.ts';
import type { LeaverReason, Target } from '../domain/target.ts';

/** Reads the stored Targets. */
export interface Targets {
  list(): Promise<readonly Target[]>;
  get(name: TargetName): Promise<Target | undefined>;
  /** Actions of people and of the daemon on a Target, newest first. */
  journal(target: TargetName, limit: number): Promise<readonly JournalEntry[]>;
}

/** One entry of the journal of a Target. */
export interface JournalEntry {
  readonly at: Date;
  readonly by: string;
  readonly what: string;
  readonly detail: string;
}

/** Reads Shadows. */
export interface Shadows {
  get(target: TargetName, subjects: readonly SubjectRef[]): Promise<readonly Shadow[]>;
  /** All Shadows of one Target, sorted by Subject id, page by page. */
  each(target: TargetName, pageSize?: number): AsyncIterable<readonly Shadow[]>;
  /** Number of active and of deactivated Shadows. Every Shadow is one of the two. */
  count(target: TargetName): Promise<{ readonly active: number; readonly deactivated: number }>;
  leavers(target: TargetName): Promise<LeaverCounts>;
  /** Leavers with a running leaver clock: a page sorted by Subject id, after `last`. */
  leaving(target: TargetName, last: SubjectId | undefined, limit: number): Promise<readonly SubjectRef[]>;
  /** The Shadows of a Subject at all Targets, for the Story. */
  of(subject: SubjectRef): Promise<readonly Shadow[]>;
  /**
   * Other Subjects with an equal match key at the Target, in their Shadow or in their open create or update. One entry per requested
   * Subject that has any; at most 500 per call. Omits keys that the Subject's own Shadow has. A blocked create or update claims nothing:
   * otherwise two Subjects that wait for a third one would wait for each other after it has left.
   */
  claims(
    target: TargetName,
    asked: readonly { readonly subject: SubjectRef; readonly keys: readonly MatchKey[] }[],
  ): Promise<readonly ClaimsOf[]>;
  /** The Subjects whose Shadows have these keys of the Target. Keys without a Shadow are missing. */
  holders(target: TargetName, keys: readonly string[]): Promise<ReadonlyMap<string, SubjectRef>>;
}

/** Number of Leavers at one Target. */
export interface LeaverCounts {
  /** Leavers with a next step: with a due time, or an open removal. */
  readonly running: number;
  /** Number, by reason, of deactivated Leavers without a further step whose removal was not rejected. Omits reasons without people. */
  readonly ended: Readonly<Partial<Record<LeaverReason, number>>>;
}

/** The other Subjects that claim a Subject's match keys. */
export interface ClaimsOf {
  readonly subject: SubjectRef;
  readonly by: readonly Claim[];
}

/** Another Subject with an equal match key. */
export interface Claim {
  readonly subject: SubjectRef;
  /** True if its Shadow has the key; false if only its open create or update would give it one. */
  readonly holds: boolean;
  readonly shadow?: Shadow;
  readonly open?: Delivery;
}

/** The other Subjects that a Subject waits for, at least one. */
export interface BlockersOf {
  readonly subject: SubjectRef;
  readonly by: readonly SubjectRef[];
}

/** Reads Deliveries. */
export interface Outbox {
  get(id: DeliveryId): Promise<Delivery | undefined>;
  /** The open Delivery of each Subject that has one. At most 500 Subjects per call. */
  open(target: TargetName, subjects: readonly SubjectRef[]): Promise<readonly Delivery[]>;
  /**
   * The Subjects that these Subjects wait for: their Shadow or open Delivery was in the way and has not changed since. Omits Subjects that
   * do not wait. At most 500 Subjects per call.
   */
  blockers(target: TargetName, subjects: readonly SubjectRef[]): Promise<readonly BlockersOf[]>;
  /** Queued, unclear and accepted Deliveries that are due, oldest first. */
  due(target: TargetName, now: Date, limit: number): Promise<readonly Delivery[]>;
  /** When the next Delivery becomes due; `undefined` if none waits. */
  nextAt(target: TargetName): Promise<Date | undefined>;
  counts(target: TargetName): Promise<Readonly<Record<DeliveryState, number>>>;
  /** Deliveries in these states, newest first, with ids below `before`. */
  list(target: TargetName, states: readonly DeliveryState[], limit: number, before?: DeliveryId): Promise<readonly Delivery[]>;
  /** Deliveries that were sent at least once, last answered first; `before` is the last one of the previous page. */
  answered(target: TargetName, limit: number, before?: Pick<Delivery, 'id' | 'answeredAt'>): Promise<readonly Delivery[]>;
  /** Those that are parked or were parked before, the last parked first. */
  everParked(target: TargetName, limit: number): Promise<readonly Delivery[]>;
  /** Deliveries of all Targets in any state, newest first, `before` this id. */
  page(limit: number, before?: DeliveryId): Promise<readonly Delivery[]>;
  /** All Deliveries of a Subject at a Target, newest first. */
  history(target: TargetName, subject: SubjectRef, limit: number): Promise<readonly Delivery[]>;
  /**
   * The Deliveries that the Guard counts: done since the given times, in progress (queued, sending, unclear, accepted) at any age, and
   * parked removals that may have been carried out; held ones separately. Omits Deliveries that an operator released and updates of adopted
   * records.
   */
  guardCounts(target: TargetName, removalsSince: Date, changesSince: Date): Promise<GuardCounts>;
  /** All holds, sorted by number, including closed ones. */
  holds(target: TargetName): Promise<readonly Hold[]>;
  /** Deliveries that are still held, in one hold or in all, oldest first, after the given one. */
  held(target: TargetName, hold: number | undefined, limit: number, after?: DeliveryId): Promise<readonly Delivery[]>;
  /** The next page of a file: the rows as they will be after `publication` is delivered, sorted by Subject id, after `last`. */
  file(target: TargetName, publication: string, last: SubjectId | undefined, limit: number): Promise<readonly FileRow[]>;
}

/** The counts that the Guard's decision uses. */
export interface GuardCounts {
  readonly removals: { readonly inWindow: number; readonly held: number };
  readonly changes: { readonly inWindow: number; readonly held: number };
  /** Number of Shadows that are active now, plus those removed within the window. */
  readonly active: number;
  readonly removedInWindow: number;
}

/** The rows of one Subject in a full file. */
export interface FileRow {
  readonly subject: SubjectRef;
  readonly rows: readonly OutboundRecord[];
  readonly active: boolean;
}

/** Reads Rechecks. */
export interface Rechecks {
  /**
   * Subjects with a due Recheck, sorted by Subject id, after `last`, each once with its cause. Includes only Rechecks numbered up to
   * `upTo`.
   */
  due(target: TargetName, now: Date, upTo: number, last: SubjectId | undefined, limit: number): Promise<readonly Recheck[]>;
  nextAt(target: TargetName): Promise<Date | undefined>;
  /** Number of the last Recheck; 0 if there was none. */
  head(): Promise<number>;
  /** Rechecks of one Subject at one Target. */
  of(target: TargetName, subject: SubjectRef): Promise<readonly Recheck[]>;
}

/** Reads Decisions. */
export interface Decisions {
  get(target: TargetName, subjects: readonly SubjectRef[]): Promise<readonly Decided[]>;
  /**
   * Rejections that may still apply: a page sorted by Subject id, after `last`. A rejected removal applies while its reason stays the same.
   */
  rejections(target: TargetName, last: SubjectId | undefined, limit: number): Promise<readonly Decided[]>;
  countRejections(target: TargetName): Promise<number>;
}

/** A Decision and its Subject. */
export interface Decided {
  readonly subject: SubjectRef;
  readonly decision: Decision;
}

/** A person in Scope for whom no valid row can be created. `since` is unchanged while this lasts, even if the reason changes. */
export interface NoRow {
  readonly subject: SubjectRef;
  /** The reason, as a sentence without a full stop. */
  readonly why: string;
  readonly since: Date;
}

/** People without a valid row, as found when they were last planned. Written when a Plan is moved into the outbox. */
export interface NoRows {
  /** The entries of these Subjects, unordered. People with a valid row have none. At most 500 Subjects per call. */
  get(target: TargetName, subjects: readonly SubjectRef[]): Promise<readonly NoRow[]>;
  /** A page sorted by Subject id, after `last`. */
  page(target: TargetName, last: SubjectId | undefined, limit: number): Promise<readonly NoRow[]>;
  count(target: TargetName): Promise<number>;
}
