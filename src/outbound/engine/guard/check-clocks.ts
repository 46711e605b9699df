// Decides whether the Guard will hold leaver steps when they become due.
import type { GuardSettings } from '../../../domain/target.ts';
import { showCount, showNumber } from '../../../domain/wording.ts';
import type { GuardCounts } from '../../../store/outbound-reads.ts';
import type { ClockChanges } from './clock-changes.ts';
import { checkGuard, type GuardHold } from './guard.ts';

/** The Guard's window at the time when leaver steps fall due, and the steps that fall due in it. */
export interface DueWindow {
  /** Removals done before this moment no longer count. */
  readonly from: Date;
  /** Steps of clocks that the plan begins or changes. At least one. */
  readonly people: number;
  /** Steps of clocks that were running before and stay. */
  readonly others: number;
}

/** A window and what the Guard counts in it, apart from its steps. */
export interface CountedWindow extends DueWindow {
  readonly counts: GuardCounts;
}

/**
 * The Guard's window at each time when a step of a clock that begins or changes falls due: it ends then. `due` in the order of time. Empty
 * without such steps. Pure.
 */
export function spanWindows(withinMs: number, due: ClockChanges['due']): readonly DueWindow[] {
  let start = 0;
  let people = 0;
  let others = 0;
  return due.flatMap((step) => {
    const from = new Date(step.dueAt.getTime() - withinMs);
    people += step.people;
    others += step.others;
    for (let first = due[start]; first !== undefined && first.dueAt <= from; first = due[start]) {
      people -= first.people;
      others -= first.others;
      start += 1;
    }
    return step.people === 0 ? [] : [{ from, people, others }];
  });
}

/**
 * Why the Guard will hold the steps of clocks that begin or change, once they fall due: `31 removals; the limit is 25 within 24 h`, with the
 * parts of the number if there are several. `undefined` when they are within its limits. Only what is certain to count then is counted:
 * a hold that is announced and does not come is worse than one that comes unannounced. Pure.
 */
export function checkClocks(settings: GuardSettings, windows: readonly CountedWindow[]): string | undefined {
  const holds = windows.flatMap((window) => {
    const wanted = { removals: window.people + window.others, changes: 0 };
    const hold = checkGuard(settings, window.counts, wanted, { removals: 0, changes: 0 }).removals;
    return hold === undefined ? [] : [{ window, hold }];
  });
  const [first, ...others] = holds;
  if (first === undefined) return undefined;
  return describeHold(others.reduce((one, other) => (other.hold.total > one.hold.total ? other : one), first));
}

function describeHold({ window, hold }: { readonly window: CountedWindow; readonly hold: GuardHold }): string {
  const { people, others, counts } = window;
  const parts = [
    [people, 'from this plan'],
    [others, 'from other leaver delays'],
    [counts.removals.inWindow, 'already done or in progress'],
    [counts.removals.held, 'already on hold'],
  ] as const;
  const named = parts.filter(([number]) => number > 0).map(([number, what]) => `${showNumber(number)} ${what}`);
  const total = `${showCount(hold.total, 'removal', 'removals')}${named.length > 1 ? ` (${named.join(', ')})` : ''}`;
  return `${total}; ${hold.limit === '' ? 'others are already on hold' : hold.limit}`;
}

/** Counts without what was done until now and is in progress: for a window that begins now or later. Pure. */
export function forgetWindow({ removals, ...counts }: GuardCounts): GuardCounts {
  return { ...counts, removals: { ...removals, inWindow: 0 }, removedInWindow: 0 };
}
