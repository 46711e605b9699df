// Predicts whether the Guard will hold leaver steps when they become due.
import type { GuardSettings } from '../../../domain/target.ts';
import { showCount, showNumber } from '../../../domain/wording.ts';
import type { GuardCounts } from '../../../store/outbound-reads.ts';
import type { ClockChanges } from './clock-changes.ts';
import { checkGuard, type GuardHold } from './guard.ts';

/** The window that the Guard will check when leaver steps become due, and the number of steps that become due within it. */
export interface DueWindow {
  /** Start of the window. Earlier removals no longer count. */
  readonly from: Date;
  /** Steps of leaver delays that the plan starts or changes. At least one. */
  readonly people: number;
  /** Steps of leaver delays that are already running and stay unchanged. */
  readonly others: number;
}

/** A window with the other numbers that the Guard will count in it. */
export interface CountedWindow extends DueWindow {
  readonly counts: GuardCounts;
}

/**
 * The windows that end when a step of a started or changed leaver delay becomes due. `due` must be sorted by time. Empty if there are no
 * such steps. Pure.
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
 * Why the Guard will hold the steps of started or changed leaver delays when they become due: `31 removals; the limit is 25 within 24 h`,
 * with the parts of the number if there are several. `undefined` if they are within the limits. Counts only what will certainly count then,
 * because announcing a hold that does not occur is worse than a hold without announcement. Pure.
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

/** Removes what was done until now or is in progress from the counts, for a window that starts now or later. Pure. */
export function forgetWindow({ removals, ...counts }: GuardCounts): GuardCounts {
  return { ...counts, removals: { ...removals, inWindow: 0 }, removedInWindow: 0 };
}
