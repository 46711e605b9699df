// Defines which Actions the Guard counts, and counts them.
import type { Cause, Delivery, Planned } from './delivery.ts';
import type { Action } from './target.ts';
import { showCount } from './wording.ts';

/** The kinds of Actions that the Guard has limits for. */
export type Guarded = 'removals' | 'changes';

/** Number of Actions of each kind. */
export type GuardedCounts = Readonly<Record<Guarded, number>>;

/**
 * The kind of an Action for the Guard; `undefined`: not counted. A create neither removes nor changes a person, and the first update of an
 * adopted record is part of adding a person. `guard-sql.ts` of the store has the same rule in SQL.
 */
export function guardedAs({ action, cause }: { readonly action: Action; readonly cause: Cause }): Guarded | undefined {
  switch (action) {
    case 'deactivate':
    case 'delete':
      return 'removals';
    case 'update':
      return cause === 'adopted' ? undefined : 'changes';
    case 'create':
      return undefined;
  }
}

/**
 * True if two planned Actions look the same to an operator who accepts or rejects a hold: the same Action, and for a removal the same reason, condition
 * and `since`, for a change the same content.
 */
export function isSameGuarded(one: Planned, other: Planned): boolean {
  if (one.action !== other.action) return false;
  if (one.removal === undefined || other.removal === undefined) return one.removal === other.removal && one.hash === other.hash;
  return (
    one.removal.reason === other.removal.reason &&
    one.removal.condition === other.removal.condition &&
    one.removal.since.getTime() === other.removal.since.getTime()
  );
}

/**
 * How many are held and which limit was exceeded: `26 removals; the limit is 25 within 24 h`. If `limit` is empty, they are held because
 * others are already on hold.
 */
export function describeGuarded(what: Guarded, number: number, limit: string): string {
  return `${showCount(number, what.slice(0, -1), what)}; ${limit === '' ? 'others are already on hold' : limit}`;
}

/** Counts the Actions of a Plan by kind, as the Guard does. */
export class GuardedCounter implements GuardedCounts {
  removals = 0;
  changes = 0;

  add(want: Pick<Planned, 'action' | 'cause'>): void {
    const kind = guardedAs(want);
    if (kind !== undefined) this[kind] += 1;
  }

  /** Counts the held Deliveries among the open Deliveries that a Plan replaces or drops. */
  addHeld(superseded: readonly Pick<Delivery, 'action' | 'cause' | 'state'>[]): void {
    for (const delivery of superseded) if (delivery.state === 'held') this.add(delivery);
  }
}
