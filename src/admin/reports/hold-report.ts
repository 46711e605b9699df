// What `accept`, `reject` and `withdraw` show and choose.
import type { Action } from '../../domain/target.ts';
import type { PersonLabel } from './person-label.ts';

/** Selects held actions. Texts in `persons` are an id, userName, e-mail, match field or whole name. */
export interface HoldsOptions {
  /** Missing: every open hold. */
  readonly hold?: number;
  readonly persons?: readonly string[];
}

/** The answer to a hold: who answers, and what was shown. */
export interface HoldOptions extends HoldsOptions {
  readonly by: string;
  /** The revision of the report that was shown; later Deliveries are not included. Only with `hold`; missing: everything held now. */
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
  /** How many of them an edit that is not applied would take out of the hold without sending anything in their place. */
  readonly withdrawn: number;
  readonly revision: number;
  /** Number of those that were requested: all of them, or the named people. */
  readonly chosen: number;
  /** The first 20, the oldest first; or every person named. */
  readonly people: readonly HeldPerson[];
}

/** One person whom a hold concerns. */
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
  /** The first 20, or every person named. */
  readonly people: readonly Rejection[];
}

/** A rejected Action of one person. `reason` is why the removal was due (`not active in the directory`); missing for a change. */
export interface Rejection {
  readonly person: PersonLabel;
  readonly what: 'removal' | 'change';
  readonly reason?: string;
  readonly by: string;
  readonly at: Date;
}

/** Which rejections are withdrawn. */
export interface WithdrawOptions {
  readonly by: string;
  /** Missing: everyone's. */
  readonly persons?: readonly string[];
  /** `now` of the report that was shown; later rejections are not included. Missing: all. */
  readonly asOf?: Date;
}
