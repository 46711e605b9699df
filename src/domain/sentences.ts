// Phrases for Actions, leaver reasons, causes and leaver clocks in messages.
import type { Cause, Delivery } from './delivery.ts';
import type { Action, LeaverReason } from './target.ts';

/** Names an Action as a noun: "the create". */
export function nameAction(action: Action): string {
  return `the ${action}`;
}

/** Why a person is a Leaver, as a clause about the person. `condition` is the first Scope condition that is false. */
export function nameReason(reason: LeaverReason, condition?: string): string {
  return `${reason === 'gone' ? 'was' : 'is'} ${nameLeaver(reason, condition)}`;
}

/** The leaver reason as a property of one or several people: "out of scope". */
export function nameLeaver(reason: LeaverReason, condition?: string): string {
  switch (reason) {
    case 'gone':
      return 'deleted in the directory';
    case 'inactive':
      return 'not active in the directory (blocked, unassigned or soft-deleted)';
    case 'outOfScope':
      return condition === undefined ? 'out of scope' : `out of scope: condition “${condition}” is false`;
  }
}

/** The cause of an Action, as a noun. */
export function nameCause(cause: Cause): string {
  switch (cause) {
    case 'change':
      return 'change in the directory';
    case 'config':
      return 'changed configuration';
    case 'clock':
      return 'leaver step due';
    case 'settled':
      return 'follow-up to an earlier action';
    case 'reconcile':
      return 'full check';
    case 'firstLoad':
      return 'first load';
    case 'adopted':
      return 'existing record adopted';
    case 'asked':
      return 'command';
  }
}

/** Why a Delivery is parked, without text from the Target, which may name other people. */
export function nameParked({ blocked, wasUnclear, action }: Pick<Delivery, 'blocked' | 'wasUnclear' | 'action'>): string {
  if (blocked) return 'another person matches the same record';
  if (wasUnclear) return `no answer to the ${action}, which may have been carried out`;
  return `the ${action} was rejected`;
}

/** The change of a person's leaver clock, as a sentence. */
export function describeClockChange(is: 'begins' | 'changes' | 'ends'): string {
  switch (is) {
    case 'begins':
      return 'A leaver delay begins.';
    case 'changes':
      return 'The leaver delay changes.';
    case 'ends':
      return 'The leaver delay is cancelled.';
  }
}
