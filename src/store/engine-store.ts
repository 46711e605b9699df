// The port of the store for writes of the engine.
import type { Recheck } from '../domain/change.ts';
import type { Cause, Decision, Delivery, DeliveryState, Planned } from '../domain/delivery.ts';
import type { DeliveryId, RunId, SourceId, SubjectRef, TargetName } from '../domain/ids.ts';
import type { MatchKey } from '../domain/record.ts';
import type { Leaving, ShadowWrite } from '../domain/shadow.ts';
import type { Target } from '../domain/target.ts';
import type { JournalEntry } from './outbound-reads.ts';

/** How many parked Deliveries a retry affects. */
export interface RetriedCounts {
  /** Queued again, or planned again in the case of removals. */
  readonly queued: number;
  /** Planned again, because another person matches the same record; parked again if that is still so. */
  readonly blocked: number;
}

/** Writes of the engine. */
export interface EngineStore {
  /**
   * Creates or changes the stored state of a Target; `change` gets the present row. Returning the same object writes nothing,
   * no journal either. `journal` is written in the same unit.
   */
  changeTarget(
    name: TargetName,
    change: (now: Target | undefined) => Target,
    journal?: Omit<JournalEntry, 'at'> & { at: Date },
  ): Promise<Target>;

  /** Opens a Run whose staged entries are invisible until it is released. `rechecksUpTo`: Rechecks up to it are used up by its entries. */
  beginRun(run: { target: TargetName; kind: RunKind; at: Date; rechecksUpTo: number }): Promise<RunId>;
  /** Adds at most 500 entries to a Run. */
  stage(run: RunId, entries: readonly PlanEntry[]): Promise<void>;
  /** Releases the Run's Plan and moves the Cursor: one O(1) step for any number of entries. */
  release(run: RunId, release: RunRelease): Promise<void>;
  /**
   * Brings at most 500 entries of released Runs into the outbox, fewer when they take long; repeat while it returns true. Survives a crash
   * between two calls. An entry whose Subject has a Delivery in a settling state by then is dropped: its settlement adds a recheck for the Subject. A create or update whose
   * new match keys an open Delivery or Shadow of another Subject has by then becomes a parked Delivery, blocked by that one. An update, deactivate or
   * delete whose Subject has no Shadow any more (it was taken over meanwhile) is dropped and adds a recheck for the Subject.
   */
  absorb(target: TargetName, now: Date): Promise<boolean>;
  /** Throws away Runs of this Target that were never released (left by a crash), and the entries of the given one. */
  discardRuns(target: TargetName): Promise<void>;

  /**
   * Marks these as *sending* before bytes are sent, in batches, each one unit. Returns those that were still queued, unclear or accepted,
   * as they now are.
   */
  send(ids: readonly DeliveryId[]): Promise<readonly Delivery[]>;
  /**
   * Marks Deliveries that were *sending* when the last process ended as *unclear*, with `now` as the time of their answer, except those of a
   * publication. Deliveries bound to a publication without a stored name are queued again. Returns the number of unclear ones. Of one Target
   * (after a store error while settling), or of all (at start).
   */
  recover(now: Date, target?: TargetName): Promise<number>;
  /** Settles Attempts: each with its Shadow, its Recheck and the Subjects that it blocked, all in one unit. Order of `settlements` does not matter. */
  settle(target: TargetName, settlements: readonly Settlement[], now: Date): Promise<readonly SettleResult[]>;

  /**
   * Binds all due queued Deliveries to a publication (state *sending*), and notes it at the Target, unless nothing is due and the file need
   * not be written again (`resend` at the Target). Returns how many. A file has as many rows as there are people, so this and the next two
   * go in portions, each a unit; after a crash in between `recover` takes back what was bound and not noted.
   */
  beginPublication(target: TargetName, publication: string, now: Date): Promise<number>;
  /**
   * Moves the Shadows of a publication; its Deliveries are done, and a `resend` of the file is too. `answer` tells the file. The Target keeps the name until all are: after a
   * crash in between the same file is made again, from the Shadows that were moved and the Deliveries that were not.
   */
  finishPublication(target: TargetName, publication: string, answer: string, now: Date): Promise<number>;
  /** The file could not be delivered: its Deliveries are queued again, not before `notBefore`, at no cost, and Subjects rechecked then. */
  abandonPublication(target: TargetName, publication: string, answer: string, notBefore: Date): Promise<void>;

  /** Releases the selected Deliveries that were shown and are still held. The others stay in the hold. */
  accept(target: TargetName, choice: HoldChoice, by: string, now: Date): Promise<HoldAnswer>;
  /**
   * Turns the selected Deliveries that are still held into Decisions, and adds a recheck for their Subjects. In portions, each a unit; after a
   * crash in between the remaining ones are still held.
   */
  reject(target: TargetName, choice: HoldChoice, by: string, now: Date): Promise<HoldAnswer>;
  /** Takes rejections back and adds a recheck for their Subjects, in portions as `reject`. @returns the number. */
  withdraw(target: TargetName, choice: RejectionChoice, by: string, now: Date): Promise<number>;
  /**
   * Holds queued Deliveries of a kind that wait for nothing but their time (Guard `wait`), in the open hold of that kind or a new one.
   * `limit` as in a release. @returns the number.
   */
  holdQueued(target: TargetName, what: 'removals' | 'changes', limit: string, now: Date): Promise<number>;
  /**
   * Queues parked Deliveries again, with their Attempts forgotten; of one Subject, or all. A blocked one is planned again instead. A create
   * in doubt counts as checked by a person.
   */
  retry(target: TargetName, subject: SubjectRef | undefined, now: Date): Promise<RetriedCounts>;
  /**
   * Makes Deliveries due that were tried and wait for a retry: queued ones at once, those in doubt `visibleAfterMs` after their last answer,
   * because a look-up can miss the record until then (missing: they keep their time). Not those that wait for the Guard's delay.
   * @returns the number.
   */
  hasten(target: TargetName, subject: SubjectRef | undefined, visibleAfterMs: number | undefined, now: Date): Promise<number>;
  /**
   * Deletes the state of the people at a Target: its Shadows, rechecks, rejections and people without a valid row; open Deliveries are superseded with `answer`. Exclusions and the
   * history stay. In portions, each a unit; after a crash in between it must be called again; `resend` at the Target records this.
   */
  forgetTarget(target: TargetName, answer: string): Promise<void>;
  /**
   * Removes every row of a Target, its own last. In portions, each a unit; after a crash in between it must be called again;
   * `forgetting` at the Target records this.
   */
  eraseTarget(target: TargetName): Promise<void>;
  /**
   * Gives every row of a Target another name, in one unit. `change` gets both Targets (`to` is `undefined` when that name is new) and
   * returns the one to keep under the new name; its errors are rethrown, and nothing is changed. `journal` is written in the same unit.
   */
  renameTarget(
    from: TargetName,
    to: TargetName,
    change: (from: Target, to: Target | undefined) => Target,
    journal: JournalEntry,
  ): Promise<Target>;
  /** Lays down a Decision, or takes it back, and adds a recheck for the Subject. */
  decide(target: TargetName, subject: SubjectRef, decision: Decision | undefined): Promise<void>;
  addRechecks(target: TargetName, rechecks: readonly Recheck[]): Promise<void>;
  /** Forgets settled Deliveries older than this, a page at a time. True when there is more. */
  pruneDeliveries(before: Date, limit: number): Promise<boolean>;
  /**
   * Forgets Runs that are in the outbox, lines of journals and closed holds older than this, a page of each at a time. Numbers of holds are
   * not used again. True when there is more.
   */
  pruneHistory(before: Date, limit: number): Promise<boolean>;
}

/** Selects held Deliveries. */
export interface HoldChoice {
  /** Missing: every open hold. */
  readonly hold?: number;
  /** What joined that hold later than this revision was not shown, and is not meant. Missing: all that is held now. */
  readonly revision?: number;
  /** These people alone; at most 500. */
  readonly subjects?: readonly SubjectRef[];
}

/** What an answer to a hold did, and how many the named hold (or all) holds after it. */
export interface HoldAnswer {
  readonly count: number;
  readonly left: number;
}

/** Selects rejections. */
export interface RejectionChoice {
  /** These people alone; at most 500. Missing: all that may still bind. */
  readonly subjects?: readonly SubjectRef[];
  /** Later ones were not shown, and are not meant. Missing: all. */
  readonly asOf?: Date;
}

/** Kinds of Runs. Previews never begin one: they stage nothing. */
export type RunKind = 'incremental' | 'reconcile' | 'firstLoad' | 'config' | 'undo';

/** The planner's entry for one Subject. It is written in one unit when it is absorbed. */
export interface PlanEntry {
  readonly subject: SubjectRef;
  readonly cause: Cause;
  readonly want?: Planned;
  /** The Source of the Person; missing if the Person was deleted. */
  readonly source?: SourceId;
  /** Match keys of the first wanted row. */
  readonly keys?: readonly MatchKey[];
  /** The Guard's `wait`: not delivered before this. */
  readonly notBefore?: Date;
  /** A Leaver whose Shadow moves to this Subject, superseding that Leaver's queued or held Delivery. */
  readonly takeOver?: SubjectRef;
  /** Queued, held or parked Deliveries that this replaces. */
  readonly supersedes: readonly DeliveryId[];
  /** New leaving state of the Shadow; `null` clears it; missing leaves it. */
  readonly leaving?: Leaving | null;
  /** What becomes of an open create that the Target may have carried out already. */
  readonly doubt?: DoubtChange;
  /** Look again then. */
  readonly wakeAt?: Date;
  /**
   * Any change of these Subjects' Shadows, and any settlement of their open Deliveries, adds a recheck for this one. With `want` (a create or an
   * update) the Delivery is parked as ambiguous (`blocked`); without, the Subject only waits for them.
   */
  readonly blockedBy?: readonly SubjectRef[];
  /** Subjects whose updates in the same Plan give up the match keys that this update takes: their claims do not block it. */
  readonly exchangesWith?: readonly SubjectRef[];
  /** Sentence for a parked or held-back Subject. */
  readonly why?: string;
  /** Why there is no valid row; `null`: the row is valid or no longer needed. Missing: the stored reason is kept. */
  readonly noRow?: string | null;
}

/**
 * *obsolete*: a create in doubt is no longer wanted in this form; *wanted*: it is wanted again; *look*: a parked one is obsolete, and its
 * record is looked up now.
 */
export interface DoubtChange {
  readonly delivery: DeliveryId;
  readonly is: 'obsolete' | 'wanted' | 'look';
}

/** The properties of a released Plan besides its entries. */
export interface RunRelease {
  /** New Cursor; missing for a Run that looked at Rechecks only. */
  readonly cursor?: number;
  readonly plannedHash?: string;
  /**
   * The Guard holds the Run's removals or changes. The text is the exceeded limit, as a clause without present numbers;
   * empty if they only join an open hold.
   */
  readonly holdRemovals?: string;
  readonly holdChanges?: string;
  /** A person accepted this Plan, so the Guard does not count it. */
  readonly released: boolean;
  readonly reconciledAt?: Date;
}

/** The engine's result of an Attempt, to be stored. */
export interface Settlement {
  readonly delivery: DeliveryId;
  /** New state; with *queued*, *unclear* and *accepted* the next attempt or look-up is at `notBefore`. */
  readonly state: DeliveryState;
  readonly notBefore?: Date;
  readonly answer: string;
  /** Adds to the counters. */
  readonly attempts?: number;
  readonly soloFailures?: number;
  readonly wasUnclear?: boolean;
  readonly rekeyed?: boolean;
  readonly receipt?: string;
  /** Continues as another Action with another key: an adopted create becomes an update, a rekeyed record gets its new key. */
  readonly goesOnAs?: { readonly action: Delivery['action']; readonly key?: string };
  /** The new Shadow (with its match keys), or *forget* if the record no longer exists. Missing: unchanged. */
  readonly shadow?: ShadowWrite | 'forget';
  /** Look at the Subject again at this time; every settlement does. */
  readonly recheckAt?: Date;
  /** The key belongs to these Subjects: parked until their Shadows change. */
  readonly blockedBy?: readonly SubjectRef[];
}

/**
 * The result of storing a Settlement. `keyTaken`: another Subject's Shadow has the key that it would write or go on with; nothing of the
 * settlement was written.
 */
export type SettleResult =
  | { readonly delivery: DeliveryId; readonly is: 'settled' }
  | { readonly delivery: DeliveryId; readonly is: 'keyTaken'; readonly by: SubjectRef };
