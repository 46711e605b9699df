// Types of the options and the report of `list`, and the names of its groups.
import type { DeliveryState } from '../../domain/delivery.ts';
import type { Action, TargetState } from '../../domain/target.ts';
import type { PersonLabel } from './person-label.ts';

/** The groups of people in `list`, in display order. */
export const listGroups = ['parked', 'held', 'noRow', 'inDoubt', 'queued', 'leaving', 'rejected'] as const;

/**
 * *parked*; *held* by the Guard; *noRow*: without a valid row; *inDoubt*: possibly written; *queued*: waiting to be sent; *leaving*: with a
 * running leaver clock; *rejected*: a removal or change of the person was rejected.
 */
export type ListGroup = (typeof listGroups)[number];

/** Options of `list`: the groups, and the number of people per group. */
export interface ListOptions {
  /** Default: all groups except *rejected*. */
  readonly groups?: readonly ListGroup[];
  /** Max people per group, 1 to 500. Default: 50. */
  readonly limit?: number;
  /** The `next` of the previous page; requires exactly one group. */
  readonly after?: string;
}

/** The report of `list` for one Target. */
export interface ListReport {
  readonly now: Date;
  readonly target: string;
  readonly state: TargetState;
  /** Sentences about obstacles that stop the whole Target; empty if there are none. */
  readonly obstacle: string;
  /** Sentences about work that is not planned yet: changes during a pause, and the Actions of a draft. Only on the first page. */
  readonly notes: readonly string[];
  readonly groups: readonly ListedGroup[];
}

/** A page of one group. `count` is the number of people in the whole group. */
export interface ListedGroup {
  readonly group: ListGroup;
  readonly count: number;
  readonly items: readonly ListItem[];
  /** The position of the next page; missing on the last page. */
  readonly next?: string;
}

/** One person on a list. */
export interface ListItem {
  readonly person: PersonLabel;
  readonly state: DeliveryState | 'noRow' | 'leaving' | 'rejected';
  /** The Action of the open Delivery. */
  readonly action?: Action;
  /** Why the person is on the list, without a full stop. */
  readonly reason: string;
  /** For a person of a draft without a valid row: now, because nothing is stored of a draft. */
  readonly since: Date;
  /** The next step, and a remedy if there is one, in sentences. */
  readonly next: string;
}
