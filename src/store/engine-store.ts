// The port for the writes of the engine to the outbound store.
import type { Recheck } from '../domain/change.ts';
import type { Cause, Decision, Delivery, DeliveryState, Planned } from '../domain/delivery.ts';
import type { DeliveryId, RunId, SourceId, SubjectRef, TargetName } from '../domain/ids.ts';
import type { MatchKey } from '../domain/record.ts';
import type { Leaving, ShadowWrite } from '../domain/shadow.ts';
import type { Target } from '../domain/target.ts';
import type { JournalEntry } from './outbound-reads.ts';

/** Number of parked Deliveries that a retry affects. */
export interface RetriedCounts {
  /** Queued again; removals are planned again instead. */
  readonly queued: number;
  /** Planned again, because another person matched the same record. Parked again if that person still does. */
  readonly blocked: number;
}

/** Writes of the engine to the outbound store. */
export interface EngineStore {
  /**
   * Creates or changes the stored state of a Target. `change` receives the current state. If it returns the same object, nothing is
   * written, not even `journal`. `journal` is written in the same unit.
   */
  changeTarget(
    name: TargetName,
    change: (now: Target | undefined) => Target,
    journal?: Omit<JournalEntry, 'at'> & { at: Date },
  ): Promise<Target>;

  /** Starts a Run, whose staged entries are invisible until it is released. Its entries delete Rechecks numbered up to `rechecksUpTo`. */
  beginRun(run: { target: TargetName; kind: RunKind; at: Date; rechecksUpTo: number }): Promise<RunId>;
  /** Adds at most 500 entries to a Run. */
  stage(run: RunId, entries: readonly PlanEntry[]): Promise<void>;
  /** Releases the Run's Plan and moves the Cursor, in one O(1) step for any number of entries. */
  release(run: RunId, release: RunRelease): Promise<void>;
  /**
   * Moves at most 500 entries of released Runs into the outbox. Repeat while it returns true. Survives a crash between two calls. Facts may
   * have changed since the Plan: (1) If the Subject now has a Delivery in a settling state, the entry is dropped; the settlement will add a
   * recheck for the Subject. (2) If another Subject now claims the new match keys of a create or update, it becomes a parked Delivery,
   * blocked by that Subject. (3) If the Subject of an update, deactivate or delete no longer has a Shadow, because another Subject has
   * taken it over, the entry is dropped and the Subject is rechecked.
   */
  absorb(target: TargetName, now: Date): Promise<boolean>;
  /** Discards the Runs of this Target that were never released, for example because of a crash or an interruption. */
  discardRuns(target: TargetName): Promise<void>;

  /**
   * Marks these Deliveries as *sending* before their bytes are sent. Each batch is one unit. Returns those that were still queued, unclear
   * or accepted, in their new state.
   */
  send(ids: readonly DeliveryId[]): Promise<readonly Delivery[]>;
  /**
   * After a crash, or a store error while settling: marks Deliveries that are *sending* as *unclear*, with `now` as the time of their
   * answer, except those of a publication. Deliveries bound to a publication whose name was not stored are queued again. Applies to one
   * Target or to all. Returns the number of unclear Deliveries.
   */
  recover(now: Date, target?: TargetName): Promise<number>;
  /**
   * Stores the results of Attempts, each with its Shadow, its Recheck and the Subjects that it blocked, all in one unit. The order of
   * `settlements` does not matter.
   */
  settle(target: TargetName, settlements: readonly Settlement[], now: Date): Promise<readonly SettleResult[]>;

  /**
   * Binds all due queued Deliveries to a publication (state *sending*), and stores its name at the Target, unless nothing is due and the
   * file does not have to be written again (`resend` at the Target). Returns the number of Deliveries. A file has as many rows as there are
   * people, so this and the next two methods work in batches, each a unit; after a crash in between, `recover` queues again what was bound
   * to a publication without a stored name.
   */
  beginPublication(target: TargetName, publication: string, now: Date): Promise<number>;
  /**
   * Writes the Shadows of a publication. Its Deliveries are then done, and so is a `resend` of the file. `answer` is the result for the
   * Deliveries. The Target keeps the name of the publication until all are done: after a crash in between, the same file is written again,
   * from the Shadows already written and the Deliveries that remain.
   */
  finishPublication(target: TargetName, publication: string, answer: string, now: Date): Promise<number>;
  /**
   * The file could not be delivered. Its Deliveries are queued again, due at `notBefore`, without counting an Attempt, and their Subjects
   * are rechecked then.
   */
  abandonPublication(target: TargetName, publication: string, answer: string, notBefore: Date): Promise<void>;

  /** Releases the selected Deliveries that were shown and are still held. The others stay in the hold. */
  accept(target: TargetName, choice: HoldChoice, by: string, now: Date): Promise<HoldAnswer>;
  /**
   * Converts the selected Deliveries that are still held to Decisions, and rechecks their Subjects. Works in batches, each a unit; after a
   * crash in between, the remaining ones are still held.
   */
  reject(target: TargetName, choice: HoldChoice, by: string, now: Date): Promise<HoldAnswer>;
  /** Withdraws rejections and rechecks their Subjects, in batches like `reject`. @returns the number of rejections. */
  withdraw(target: TargetName, choice: RejectionChoice, by: string, now: Date): Promise<number>;
  /**
   * Holds queued Deliveries of a kind that only wait for their time (`wait` of the Guard), in the open hold of that kind or in a new one.
   * `limit` as in a release.
   * @returns the number of Deliveries.
   */
  holdQueued(target: TargetName, what: 'removals' | 'changes', limit: string, now: Date): Promise<number>;
  /**
   * Queues parked Deliveries of one Subject or of all again, and resets their Attempts. A blocked Delivery is planned again instead. A
   * create in doubt counts as checked manually.
   */
  retry(target: TargetName, subject: SubjectRef | undefined, now: Date): Promise<RetriedCounts>;
  /**
   * Makes Deliveries due that were tried and wait for a retry: queued ones immediately, those in doubt `visibleAfterMs` after their last
   * answer, because a look-up can miss the record until then (if not set, their time is unchanged). Does not affect Deliveries that wait for
   * `wait` of the Guard.
   * @returns the number of Deliveries.
   */
  hasten(target: TargetName, subject: SubjectRef | undefined, visibleAfterMs: number | undefined, now: Date): Promise<number>;
  /**
   * Deletes the state of the people at a Target: Shadows, Rechecks, rejections and people without a valid row. Open Deliveries are
   * superseded with `answer`. Exclusions and the history are kept. Works in batches, each a unit; after a crash in between it must be
   * called again, which `resend` at the Target records.
   */
  forgetTarget(target: TargetName, answer: string): Promise<void>;
  /**
   * Deletes every row of a Target, its own row last. Works in batches, each a unit; after a crash in between it must be called again, which
   * `forgetting` at the Target records.
   */
  eraseTarget(target: TargetName): Promise<void>;
  /**
   * Renames a Target in all its rows, in one unit. `change` receives both Targets (`to` is `undefined` if the name is new) and returns the
   * one to store under the new name. Its errors are rethrown, and nothing is changed then. `journal` is written in the same unit.
   */
  renameTarget(
    from: TargetName,
    to: TargetName,
    change: (from: Target, to: Target | undefined) => Target,
    journal: JournalEntry,
  ): Promise<Target>;
  /** Stores or removes a Decision, and rechecks the Subject. */
  decide(target: TargetName, subject: SubjectRef, decision: Decision | undefined): Promise<void>;
  addRechecks(target: TargetName, rechecks: readonly Recheck[]): Promise<void>;
  /** Deletes up to `limit` settled Deliveries older than `before`. Returns true if there are more. */
  pruneDeliveries(before: Date, limit: number): Promise<boolean>;
  /**
   * Deletes absorbed Runs, journal entries and closed holds older than `before`, up to `limit` of each. Numbers of holds are not reused.
   * Returns true if there are more.
   */
  pruneHistory(before: Date, limit: number): Promise<boolean>;
}

/** Selects held Deliveries. */
export interface HoldChoice {
  /** Number of the hold. Default: every open hold. */
  readonly hold?: number;
  /** Deliveries that joined the hold after this revision are not selected, because they were not shown. Default: all that are held now. */
  readonly revision?: number;
  /** Selects only these people, at most 500. */
  readonly subjects?: readonly SubjectRef[];
}

/** The effect of accepting or rejecting a hold, and the number of Deliveries that the hold (or all holds) still contains. */
export interface HoldAnswer {
  readonly count: number;
  readonly left: number;
}

/** Selects rejections. */
export interface RejectionChoice {
  /** Selects only these people, at most 500. Default: all rejections that can still apply. */
  readonly subjects?: readonly SubjectRef[];
  /** Later rejections are not selected, because they were not shown. Default: all. */
  readonly asOf?: Date;
}

/** Kinds of Runs. Previews are not Runs, because they do not stage entries. */
export type RunKind = 'incremental' | 'reconcile' | 'firstLoad' | 'config' | 'undo';

/** The planner's entry for one Subject. It is moved into the outbox in one unit. */
export interface PlanEntry {
  readonly subject: SubjectRef;
  readonly cause: Cause;
  readonly want?: Planned;
  /** The Source of the Person; missing if the Person was deleted. */
  readonly source?: SourceId;
  /** Match keys of the first row. */
  readonly keys?: readonly MatchKey[];
  /** The end of `wait` of the Guard; not delivered before this. */
  readonly notBefore?: Date;
  /** A Leaver whose Shadow moves to this Subject. The Leaver's queued or held Delivery is superseded. */
  readonly takeOver?: SubjectRef;
  /** Queued, held or parked Deliveries that this entry replaces. */
  readonly supersedes: readonly DeliveryId[];
  /** New leaving state of the Shadow; `null` clears it; missing leaves it unchanged. */
  readonly leaving?: Leaving | null;
  /** The change of an open create that the Target may have carried out already. */
  readonly doubt?: DoubtChange;
  /** When the Subject is planned again. */
  readonly wakeAt?: Date;
  /**
   * Any change of these Subjects' Shadows, and any settlement of their open Deliveries, rechecks this Subject. With `want` (a create or an
   * update), the Delivery is parked as `blocked`; without, the Subject only waits for them.
   */
  readonly blockedBy?: readonly SubjectRef[];
  /** Subjects whose updates in the same Plan give up the match keys that this update takes. Their claims do not block it. */
  readonly exchangesWith?: readonly SubjectRef[];
  /** A sentence for a Subject that is parked or has no valid row. */
  readonly why?: string;
  /** Why there is no valid row; `null` if the row is valid or no longer required. If not set, the stored reason is unchanged. */
  readonly noRow?: string | null;
}

/**
 * Change of a create in doubt. *obsolete*: it is no longer wanted in this form; *wanted*: it is wanted again; *look*: it is parked and
 * obsolete, and its record is looked up now.
 */
export interface DoubtChange {
  readonly delivery: DeliveryId;
  readonly is: 'obsolete' | 'wanted' | 'look';
}

/** The properties of a released Plan besides its entries. */
export interface RunRelease {
  /** The new Cursor; missing for a Run that planned only Rechecks. */
  readonly cursor?: number;
  readonly plannedHash?: string;
  /**
   * Set if the Guard holds the Run's removals or changes: the exceeded limit, as a clause without numbers that will change. Empty if they
   * only join an open hold.
   */
  readonly holdRemovals?: string;
  readonly holdChanges?: string;
  /** True if an operator accepted this Plan, so that the Guard does not count it. */
  readonly released: boolean;
  readonly reconciledAt?: Date;
}

/** The result of an Attempt, as decided by the engine, to be stored. */
export interface Settlement {
  readonly delivery: DeliveryId;
  /** The new state. For *queued*, *unclear* and *accepted*, the next Attempt or look-up is at `notBefore`. */
  readonly state: DeliveryState;
  readonly notBefore?: Date;
  readonly answer: string;
  /** Added to the stored counters. */
  readonly attempts?: number;
  readonly soloFailures?: number;
  readonly wasUnclear?: boolean;
  readonly rekeyed?: boolean;
  readonly receipt?: string;
  /**
   * The Delivery continues as another Action or with another key: a create whose record was found becomes an update, or a record gets its
   * new key.
   */
  readonly goesOnAs?: { readonly action: Delivery['action']; readonly key?: string };
  /** The new Shadow (with its match keys), or *forget* if the record no longer exists. If not set, the Shadow is unchanged. */
  readonly shadow?: ShadowWrite | 'forget';
  /** When the Subject is planned again; every settlement does this. */
  readonly recheckAt?: Date;
  /** The key belongs to these Subjects. The Delivery is parked until their Shadows change. */
  readonly blockedBy?: readonly SubjectRef[];
}

/**
 * The result of storing a Settlement. `keyTaken`: the Shadow of another Subject has the key that the Settlement would write or continue
 * with; nothing of it was written.
 */
export type SettleResult =
  | { readonly delivery: DeliveryId; readonly is: 'settled' }
  | { readonly delivery: DeliveryId; readonly is: 'keyTaken'; readonly by: SubjectRef };
