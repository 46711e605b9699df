// Types of the reports and options of `accept`, `reject` and `withdraw`.
import type { Action } from '../../domain/target.ts';
import type { PersonLabel } from './person-label.ts';

/** Selects held actions. `persons` contains ids, userNames, e-mail addresses, match fields or full names. */
export interface HoldsOptions {
  /** Default: every open hold. */
  readonly hold?: number;
  readonly persons?: readonly string[];
}

/** An operator's response to a hold, and the revision of the hold that the operator saw. */
export interface HoldOptions extends HoldsOptions {
  readonly by: string;
  /** The revision of the displayed report; later Deliveries are not included. Only with `hold`. Default: everything that is held now. */
  readonly revision?: number;
}

/** Open holds of one Target. */
export interface HoldsReport {
  readonly now: Date;
  readonly target: string;
  readonly holds: readonly HoldReport[];
  /** The number of people in all open holds of the Target, including holds that were not requested. */
  readonly held: number;
}

/** One open hold. */
export interface HoldReport {
  readonly number: number;
  readonly what: 'removals' | 'changes';
  readonly why: string;
  readonly at: Date;
  readonly open: number;
  /** Number of Actions that the next apply would remove from the hold without sending a replacement. */
  readonly withdrawn: number;
  readonly revision: number;
  /** Number of selected Actions: all, or those of the named people. */
  readonly chosen: number;
  /** The first 20, oldest first; or all named people. */
  readonly people: readonly HeldPerson[];
}

/** One person with an Action in a hold. */
export interface HeldPerson {
  readonly person: PersonLabel;
  readonly action: Action;
  /** A clause about the person, or the cause of a change. */
  readonly reason: string;
  readonly since: Date;
}

/** Rejections of one Target. */
export interface RejectionsReport {
  readonly now: Date;
  readonly target: string;
  readonly count: number;
  /** The first 20, or all named people. */
  readonly people: readonly Rejection[];
}

/** A rejected Action of one person. `reason` is the reason for the removal (`not active in the directory`); missing for a change. */
export interface Rejection {
  readonly person: PersonLabel;
  readonly what: 'removal' | 'change';
  readonly reason?: string;
  readonly by: string;
  readonly at: Date;
}

/** Selects the rejections to withdraw. */
export interface WithdrawOptions {
  readonly by: string;
  /** Default: the rejections of everyone. */
  readonly persons?: readonly string[];
  /** `now` of the displayed report; later rejections are not included. Default: all. */
  readonly asOf?: Date;
}
