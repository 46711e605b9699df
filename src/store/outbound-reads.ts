// Reads of the outbound store: Targets, Shadows, Deliveries, Rechecks and Decisions.
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
  /** What people and the daemon did to Targets: newest first. */
  journal(target: TargetName, limit: number): Promise<readonly JournalEntry[]>;
}

/** One line of the journal of a Target. */
export interface JournalEntry {
  readonly at: Date;
  readonly by: string;
  readonly what: string;
  readonly detail: string;
}

/** Reads Shadows. */
export interface Shadows {
  get(target: TargetName, subjects: readonly SubjectRef[]): Promise<readonly Shadow[]>;
  /** All of one Target by subject id, page by page. */
  each(target: TargetName, pageSize?: number): AsyncIterable<readonly Shadow[]>;
  /** Every Shadow is active or deactivated. */
  count(target: TargetName): Promise<{ readonly active: number; readonly deactivated: number }>;
  leavers(target: TargetName): Promise<LeaverCounts>;
  /** Leavers whose clock runs: a page by subject id, after `last`. */
  leaving(target: TargetName, last: SubjectId | undefined, limit: number): Promise<readonly SubjectRef[]>;
  /** Of all Targets, for the Story. */
  of(subject: SubjectRef): Promise<readonly Shadow[]>;
  /**
   * Other Subjects with an equal match key at the Target: that of their Shadow, or that of their open create or update. One entry per
   * asked Subject that has any; at most 500 per call. A key that the Subject's own Shadow has is left out. A blocked create or
   * update claims nothing: otherwise two that wait for a third would wait for each other when the third is gone.
   */
  claims(
    target: TargetName,
    asked: readonly { readonly subject: SubjectRef; readonly keys: readonly MatchKey[] }[],
  ): Promise<readonly ClaimsOf[]>;
  /** Whose Shadow has each of these keys of the Target; a key without a Shadow is missing. */
  holders(target: TargetName, keys: readonly string[]): Promise<ReadonlyMap<string, SubjectRef>>;
}

/** Leavers of one Target. */
export interface LeaverCounts {
  /** Those with a next step: a time at which it is due, or an open removal. */
  readonly running: number;
  /** By reason: deactivated people without a further step whose removal was not rejected. Reasons without people are left out. */
  readonly ended: Readonly<Partial<Record<LeaverReason, number>>>;
}

/** Other Subjects that claim a Subject's match keys. */
export interface ClaimsOf {
  readonly subject: SubjectRef;
  readonly by: readonly Claim[];
}

/** Another Subject with an equal match key. */
export interface Claim {
  readonly subject: SubjectRef;
  /** Its Shadow has the key; otherwise only its open create or update would give it one. */
  readonly holds: boolean;
  readonly shadow?: Shadow;
  readonly open?: Delivery;
}

/** The other Subjects that a Subject waits for; at least one. */
export interface BlockersOf {
  readonly subject: SubjectRef;
  readonly by: readonly SubjectRef[];
}

/** Deliveries. */
export interface Outbox {
  get(id: DeliveryId): Promise<Delivery | undefined>;
  /** The open Delivery of each Subject that has one. At most 500 Subjects per call. */
  open(target: TargetName, subjects: readonly SubjectRef[]): Promise<readonly Delivery[]>;
  /**
   * Whom the Subjects wait for: those whose Shadow or open Delivery was in the way and has not changed since. A Subject that waits for
   * none is missing. At most 500 Subjects per call.
   */
  blockers(target: TargetName, subjects: readonly SubjectRef[]): Promise<readonly BlockersOf[]>;
  /** Deliveries to work on now, oldest first: queued, unclear and accepted ones that are due. */
  due(target: TargetName, now: Date, limit: number): Promise<readonly Delivery[]>;
  /** When the next one becomes due; `undefined` when nothing waits. */
  nextAt(target: TargetName): Promise<Date | undefined>;
  counts(target: TargetName): Promise<Readonly<Record<DeliveryState, number>>>;
  /** By state, newest first, `before` this id. */
  list(target: TargetName, states: readonly DeliveryState[], limit: number, before?: DeliveryId): Promise<readonly Delivery[]>;
  /** Those that were tried, the last answered first; `before` the given one, by the time of its answer. */
  answered(target: TargetName, limit: number, before?: Pick<Delivery, 'id' | 'answeredAt'>): Promise<readonly Delivery[]>;
  /** All Deliveries of a Subject at a Target, newest first. */
  history(target: TargetName, subject: SubjectRef, limit: number): Promise<readonly Delivery[]>;
  /**
   * The Deliveries that the Guard counts, without those that a person released: done since the given times, in progress (queued, sending,
   * unclear, accepted) at any age, parked removals that may have been carried out, and held ones separately. Updates of adopted records do
   * not count.
   */
  guardCounts(target: TargetName, removalsSince: Date, changesSince: Date): Promise<GuardCounts>;
  /** All holds in the order of their numbers, closed ones too. */
  holds(target: TargetName): Promise<readonly Hold[]>;
  /** Deliveries that are still held, of one hold or all: oldest first, after the given one. */
  held(target: TargetName, hold: number | undefined, limit: number, after?: DeliveryId): Promise<readonly Delivery[]>;
  /** Next page of a file in the making: rows as they will be once `publication` is taken, by subject id after `last`. */
  file(target: TargetName, publication: string, last: SubjectId | undefined, limit: number): Promise<readonly FileRow[]>;
}

/** The counts that the Guard's decision uses. */
export interface GuardCounts {
  readonly removals: { readonly inWindow: number; readonly held: number };
  readonly changes: { readonly inWindow: number; readonly held: number };
  /** Active Shadows now, plus those removed within the window. */
  readonly active: number;
  readonly removedInWindow: number;
}

/** One Subject's part of a full file. */
export interface FileRow {
  readonly subject: SubjectRef;
  readonly rows: readonly OutboundRecord[];
  readonly active: boolean;
}

/** Reads Rechecks. */
export interface Rechecks {
  /** Subjects with a Recheck that is due, by subject id after `last`, each once with its cause. Only Rechecks numbered up to `upTo`. */
  due(target: TargetName, now: Date, upTo: number, last: SubjectId | undefined, limit: number): Promise<readonly Recheck[]>;
  nextAt(target: TargetName): Promise<Date | undefined>;
  /** Number of the last Recheck; 0 before the first. */
  head(): Promise<number>;
  /** Rechecks of one Subject at one Target. */
  of(target: TargetName, subject: SubjectRef): Promise<readonly Recheck[]>;
}

/** Reads Decisions. */
export interface Decisions {
  get(target: TargetName, subjects: readonly SubjectRef[]): Promise<readonly Decided[]>;
  /** Rejections that may still bind: a page by subject id, after `last`. One of a removal binds while its reason stays the same. */
  rejections(target: TargetName, last: SubjectId | undefined, limit: number): Promise<readonly Decided[]>;
  countRejections(target: TargetName): Promise<number>;
}

/** A Decision and its Subject. */
export interface Decided {
  readonly subject: SubjectRef;
  readonly decision: Decision;
}

/** A person in Scope of whom no valid row can be made. `since` is kept while that lasts, also when the reason changes. */
export interface NoRow {
  readonly subject: SubjectRef;
  /** The reason, a sentence without a full stop. */
  readonly why: string;
  readonly since: Date;
}

/** People without a valid row, as the last look at them found. Written when a Plan is absorbed. */
export interface NoRows {
  /** Entries of these Subjects, in no order; those with a valid row have none. At most 500 Subjects per call. */
  get(target: TargetName, subjects: readonly SubjectRef[]): Promise<readonly NoRow[]>;
  /** A page by subject id, after `last`. */
  page(target: TargetName, last: SubjectId | undefined, limit: number): Promise<readonly NoRow[]>;
  count(target: TargetName): Promise<number>;
}
