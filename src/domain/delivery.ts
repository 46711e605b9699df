// A Delivery with its states, causes, Hold and Decision.
import type { DeliveryId, RunId, SubjectRef, TargetName } from './ids.ts';
import type { OutboundRecord } from './record.ts';
import type { Action, LeaverReason } from './target.ts';

/**
 * Why an Action is wanted now: a Change came in, the applied definition changed, a leaver clock ran out, an earlier Delivery was
 * settled, a reconcile planned all people, the first load of a Target, a record was found and taken over, a person asked.
 */
export type Cause = 'change' | 'config' | 'clock' | 'settled' | 'reconcile' | 'firstLoad' | 'adopted' | 'asked';

/** Why a person is removed. A rejection applies only to the same reason, condition and time. */
export interface RemovalReason {
  readonly reason: LeaverReason;
  readonly condition?: string;
  readonly since: Date;
  /** Index of the step of the leaver list that this carries out, from 0. */
  readonly step: number;
}

/** One Action wanted for one Subject, before it has a place in the outbox. */
export interface Planned {
  readonly subject: SubjectRef;
  readonly action: Action;
  /** The rows to be there afterwards; for a deactivate or delete the rows last accepted. */
  readonly rows: readonly OutboundRecord[];
  /** Hash of `rows`, see `hashRows` of mapping. */
  readonly hash: string;
  /** The Target's key, where the Shadow has one. */
  readonly key?: string;
  readonly cause: Cause;
  /** Set for deactivate and delete. */
  readonly removal?: RemovalReason;
}

/**
 * *queued*; *held* by the Guard; *sending*; *accepted* (the Target works on it); *unclear* (possibly written; looked up first); *parked*
 * (needs a person); *done*; *superseded* (replaced before it was sent).
 */
export type DeliveryState = 'queued' | 'held' | 'sending' | 'accepted' | 'unclear' | 'parked' | 'done' | 'superseded';

/** States in which a Delivery is still open: at most one per Target and Subject. */
export const openStates: readonly DeliveryState[] = ['queued', 'held', 'sending', 'accepted', 'unclear', 'parked'];

/** States that must be settled before anything else is planned for the Subject. */
export const settlingStates: readonly DeliveryState[] = ['sending', 'accepted', 'unclear'];

/**
 * True for a create that waits and that the Target may have carried out already: it was sent once, and the answer was lost. Forgotten, it
 * could leave a record there that is never removed.
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
  /** Sent again with the same key while in doubt; a superseding Delivery has a new one. */
  readonly idempotencyKey: string;
  /** Attempts whose failure was this record's own; an outage of the Target costs none. */
  readonly attempts: number;
  /** Times that it was alone in `mayHaveLeft`; the third parks it. */
  readonly soloFailures: number;
  /** True after it was unclear: it is then sent in a separate batch. */
  readonly wasUnclear: boolean;
  /** A `missing` was answered and its record looked up again: only once. */
  readonly rekeyed: boolean;
  readonly createdAt: Date;
  /** Not tried before this. */
  readonly notBefore: Date;
  readonly settledAt?: Date;
  /** When it was last tried, and the Target answered or failed to. */
  readonly answeredAt?: Date;
  /** The last answer of the Target, or our last decision; empty before the first Attempt. */
  readonly answer: string;
  /** From an `accepted` Outcome. */
  readonly receipt?: string;
  /** Number of the hold that holds it, or held it until a person released it. */
  readonly hold?: number;
  /** The revision of that hold with which it joined. */
  readonly holdRevision?: number;
  /** Parked because another person's record or open Delivery has the same match fields: planned again as soon as that changes. */
  readonly blocked: boolean;
  /** A create in doubt that is no longer wanted in this form: it is looked up, and not sent again. */
  readonly obsolete: boolean;
  /** A person checked the Target for a create in doubt and said to go on: it is in doubt no longer. Ends with the next Attempt. */
  readonly checked: boolean;
  /** A person accepted it (by apply or accept): the Guard does not count it. */
  readonly released: boolean;
}

/** A numbered set of Actions that the Guard holds: at most one of a Target and kind is open. `open` of the `count` that joined are still held. */
export interface Hold {
  readonly target: TargetName;
  readonly number: number;
  readonly at: Date;
  readonly what: 'removals' | 'changes';
  /** How many are held now and which limit was passed: `26 removals; the limit is 25 within 24 h`. */
  readonly why: string;
  readonly count: number;
  readonly open: number;
  /** Counts up from 1 whenever something joins. */
  readonly revision: number;
  /** When the last of it was released, rejected or no longer wanted; missing while it is open. */
  readonly closedAt?: Date;
}

/** A decision of a person about one Subject at one Target. */
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

/** True when a Decision keeps the record in spite of this leaving: it ends with another reason, condition or start. */
export function rejectsRemoval(decision: Decision | undefined, leaving: Omit<RemovalReason, 'step'>): boolean {
  return (
    decision?.is === 'removalRejected' &&
    decision.reason === leaving.reason &&
    decision.condition === leaving.condition &&
    decision.since.getTime() === leaving.since.getTime()
  );
}

/** True when nothing is sent because of a Decision: a person is excluded or pinned, and its time has not passed. */
export function excludes(decision: Decision | undefined, now: Date): decision is Extract<Decision, { is: 'excluded' | 'pinned' }> {
  if (decision?.is !== 'excluded' && decision?.is !== 'pinned') return false;
  return decision.until === undefined || decision.until > now;
}
