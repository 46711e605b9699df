import type { Cause, Delivery } from '../domain/delivery.ts';
import type { Action, LeaverReason } from '../domain/target.ts';

/** A moment as sentences name it: `2026-03-01 08:30 UTC`. */
export function showTime(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** A text in brackets after a blank, or nothing when it is empty: `showAside('busy')` is ` (busy)`. */
export function showAside(text: string): string {
  return text === '' ? '' : ` (${text})`;
}

/** A sentence: first letter large, a full stop where it has no ending yet. Empty stays empty. */
export function toSentence(text: string): string {
  if (text === '') return '';
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

/** What is done, as a noun: "the create". */
export function nameAction(action: Action): string {
  return `the ${action}`;
}

/** Why somebody is a Leaver, as a clause about the person. `condition` is the Scope condition that fails first. */
export function nameReason(reason: LeaverReason, condition?: string): string {
  switch (reason) {
    case 'gone':
      return 'was deleted by the directory';
    case 'inactive':
      return 'is not active in the directory (blocked, unassigned or soft-deleted)';
    case 'outOfScope':
      return condition === undefined ? 'is out of scope' : `is out of scope: “${condition}” does not hold`;
  }
}

/** Why an Action is wanted now, as a noun. */
export function nameCause(cause: Cause): string {
  switch (cause) {
    case 'change':
      return 'change in the directory';
    case 'config':
      return 'changed configuration';
    case 'clock':
      return 'time of a leaver step';
    case 'settled':
      return 'follow-up of an earlier action';
    case 'reconcile':
      return 'full check';
    case 'firstLoad':
      return 'first load';
    case 'adopted':
      return 'existing record taken over';
    case 'asked':
      return 'command';
  }
}

/** Why a Delivery is parked, in words of ours alone: the Target's own answer may name other people. */
export function nameParked({ blocked, wasUnclear, action }: Pick<Delivery, 'blocked' | 'wasUnclear' | 'action'>): string {
  if (blocked) return 'another person matches the same record';
  if (wasUnclear) return `no answer to the ${action}, which may have been carried out`;
  return `the ${action} was rejected`;
}
