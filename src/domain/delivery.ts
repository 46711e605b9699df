// Types of a Delivery, of its states and causes, of a Hold and of a Decision.
import type { DeliveryId, RunId, SubjectRef, TargetName } from './ids.ts';
import type { OutboundRecord } from './record.ts';
import type { Action, LeaverReason } from './target.ts';

/**
 * Why an Action was planned, in the order of the values: a Change was received; the applied definition changed; a leaver delay ended; an
 * earlier Delivery was settled; a reconcile planned all people; the first load of a Target; an existing record was adopted; an operator ran a
 * command.
 */
export type Cause = 'change' | 'config' | 'clock' | 'settled' | 'reconcile' | 'firstLoad' | 'adopted' | 'asked';

/** Why a person is removed. A rejection applies only to the same reason, condition and `since`. */
export interface RemovalReason {
  readonly reason: LeaverReason;
  readonly condition?: string;
  readonly since: Date;
  /** Index of the step in the leaver list, from 0. */
  readonly step: number;
}

/** One planned Action for one Subject, before it is stored in the outbox. */
export interface Planned {
  readonly subject: SubjectRef;
  readonly action: Action;
  /** The rows that the Target should have afterwards; for a deactivate or delete, the last accepted rows. */
  readonly rows: readonly OutboundRecord[];
  /** Hash of `rows`, see `hashRows` of mapping. */
  readonly hash: string;
  /** The Target's key, if the Shadow has one. */
  readonly key?: string;
  readonly cause: Cause;
  /** Set for deactivate and delete. */
  readonly removal?: RemovalReason;
}

/**
 * *queued*; *held* by the Guard; *sending*; *accepted* (the Target is still processing it); *unclear* (possibly written; looked up before a
 * retry); *parked* (requires an operator's decision); *done*; *superseded* (replaced before it was sent).
 */
export type DeliveryState = 'queued' | 'held' | 'sending' | 'accepted' | 'unclear' | 'parked' | 'done' | 'superseded';

/** States in which a Delivery is still open: at most one per Target and Subject. */
export const openStates: readonly DeliveryState[] = ['queued', 'held', 'sending', 'accepted', 'unclear', 'parked'];

/** States that must be settled before anything else is planned for the Subject. */
export const settlingStates: readonly DeliveryState[] = ['sending', 'accepted', 'unclear'];

/**
 * True for a pending create that the Target may already have carried out, because it was sent and the response was lost. If such a create
 * were dropped, its record could stay at the Target and never be removed.
 */
export function mayBeThere({ action, wasUnclear, state }: Delivery): boolean {
  return action === 'create' && wasUnclear && (state === 'queued' || state === 'unclear' || state === 'parked');
}

/** One Action for one Subject at one Target: a row of the outbox. */
export interface Delivery extends Planned {
  readonly id: DeliveryId;
  readonly target: TargetName;
  readonly run: RunId;
  readonly state: DeliveryState;
  /** A retry uses the same key; a superseding Delivery has a new key. */
  readonly idempotencyKey: string;
  /** Number of Attempts that failed because of this record; outages of the Target are not counted. */
  readonly attempts: number;
  /** How often this Delivery was the only one in `mayHaveLeft`; the third time parks it. */
  readonly soloFailures: number;
  /** True if the Delivery has been unclear: it is then sent in a separate batch. */
  readonly wasUnclear: boolean;
  /** True if the Target returned `missing` and the record was looked up again. This is done only once. */
  readonly rekeyed: boolean;
  readonly createdAt: Date;
  /** Earliest time of the next Attempt. */
  readonly notBefore: Date;
  readonly settledAt?: Date;
  /** Time of the result of the last Attempt. */
  readonly answeredAt?: Date;
  /** When it was parked last, and why (its `answer` at that time); kept when it is retried or settled. Not set if it was never parked. */
  readonly parked?: { readonly at: Date; readonly why: string };
  /** The last response of the Target, or the engine's last decision; empty before the first Attempt. */
  readonly answer: string;
  /** From an `accepted` Outcome. */
  readonly receipt?: string;
  /** Number of the hold that contains it, or contained it until an operator released it. */
  readonly hold?: number;
  /** The revision of that hold with which it joined. */
  readonly holdRevision?: number;
  /**
   * True if parked because another person's record or open Delivery has the same match fields. The Subject is planned again when that
   * changes.
   */
  readonly blocked: boolean;
  /** True for a create with an unknown result that is no longer needed in this form: its record is looked up, and it is not sent again. */
  readonly obsolete: boolean;
  /** True if an operator has checked the Target for a create with an unknown result, and requested a retry. Reset by the next Attempt. */
  readonly checked: boolean;
  /** True if an operator accepted it with `apply` or `accept`: the Guard does not count it. */
  readonly released: boolean;
}

/**
 * A numbered set of Actions that the Guard holds. At most one hold per Target and kind is open. `count` Actions have joined, and `open` of
 * them are still held.
 */
export interface Hold {
  readonly target: TargetName;
  readonly number: number;
  readonly at: Date;
  readonly what: 'removals' | 'changes';
  /** How many are held now, and the exceeded limit: `26 removals; the limit is 25 within 24 h`. */
  readonly why: string;
  readonly count: number;
  readonly open: number;
  /** Starts at 1 and increases whenever an Action joins. */
  readonly revision: number;
  /** When the last Action was released, rejected or dropped; missing while the hold is open. */
  readonly closedAt?: Date;
}

/** An operator's decision about one Subject at one Target. */
export type Decision =
  | { readonly is: 'excluded' | 'pinned'; readonly until?: Date; readonly by: string; readonly at: Date }
  | {
      readonly is: 'removalRejected';
      readonly reason: LeaverReason;
      readonly condition?: string;
      readonly since: Date;
      readonly by: string;
      readonly at: Date;
    }
  | { readonly is: 'changeRejected'; readonly hash: string; readonly by: string; readonly at: Date };

/** True if a Decision rejects this removal, so that the record is kept. It applies only to the same reason, condition and `since`. */
export function rejectsRemoval(decision: Decision | undefined, leaving: Omit<RemovalReason, 'step'>): boolean {
  return (
    decision?.is === 'removalRejected' &&
    decision.reason === leaving.reason &&
    decision.condition === leaving.condition &&
    decision.since.getTime() === leaving.since.getTime()
  );
}

/** True if nothing is sent because of a Decision: the person is excluded or pinned, and `until` is missing or in the future. */
export function excludes(decision: Decision | undefined, now: Date): decision is Extract<Decision, { is: 'excluded' | 'pinned' }> {
  if (decision?.is !== 'excluded' && decision?.is !== 'pinned') return false;
  return decision.until === undefined || decision.until > now;
}
