// What `list` reports.
import type { DeliveryState } from '../../domain/delivery.ts';
import type { Action, TargetState } from '../../domain/target.ts';
import type { PersonLabel } from './person-label.ts';

/** Groups of people that `list` knows, in its order. */
export const listGroups = ['parked', 'held', 'noRow', 'inDoubt', 'queued', 'leaving', 'rejected'] as const;

/**
 * *parked*; *held* by the Guard; *noRow*: without a valid row; *inDoubt*: possibly written; *queued*: waiting to be sent; *leaving*: with a
 * running leaver clock; *rejected*: a person rejected a removal or change.
 */
export type ListGroup = (typeof listGroups)[number];

/** Options of `list`: groups, and the number of people of each. */
export interface ListOptions {
  /** Missing: all but the rejected ones. */
  readonly groups?: readonly ListGroup[];
  /** 1 to 500 of each group; missing: 50. */
  readonly limit?: number;
  /** The `next` of the page before; with exactly one group. */
  readonly after?: string;
}

/** People of one Target. */
export interface ListReport {
  readonly now: Date;
  readonly target: string;
  readonly state: TargetState;
  /** Sentences about what stops the whole Target; empty when nothing does. */
  readonly obstacle: string;
  /**
   * Sentences about what is not planned yet: changes behind a pause, and what a draft would do. Only on the first page.
   */
  readonly notes: readonly string[];
  readonly groups: readonly ListedGroup[];
}

/** A page of one group. `count` is of all of it. */
export interface ListedGroup {
  readonly group: ListGroup;
  readonly count: number;
  readonly items: readonly ListItem[];
  /** Where the next page begins; missing on the last page. */
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
  /** What happens next and what helps, in sentences. */
  readonly next: string;
}
