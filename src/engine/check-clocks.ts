// Decides whether the Guard will hold leaver steps when they become due.
import { describeGuarded } from '../domain/guard-counts.ts';
import type { GuardSettings } from '../domain/target.ts';
import type { GuardCounts } from '../store/outbound.ts';
import type { ClockChanges } from './clock-changes.ts';
import { checkGuard } from './guard.ts';

/**
 * Why the Guard will hold the steps of clocks that begin or change, once they fall due: `31 removals; the limit is 25 within 24 h`.
 * `undefined` when they are within its limits. `counts` are of the moment after the plan: applying lets none of these steps pass, since the
 * Guard judges each when it falls due. Counted are those that fall due within one window; what else falls due by then is unknown. Pure.
 */
export function checkClocks(
  settings: GuardSettings,
  counts: GuardCounts,
  { begins, changes }: ClockChanges,
  now: Date,
): string | undefined {
  const { withinMs } = settings.removals;
  const groups = [...begins, ...changes];
  const holds = groups.flatMap(({ dueAt }) => {
    const since = dueAt.getTime() - withinMs;
    const wanted = groups.filter((one) => one.dueAt <= dueAt && one.dueAt.getTime() > since).reduce((sum, { people }) => sum + people, 0);
    const counted = since >= now.getTime() ? forgetWindow(counts) : counts;
    return checkGuard(settings, counted, { removals: wanted, changes: 0 }, { removals: 0, changes: 0 }).removals ?? [];
  });
  const [first, ...others] = holds;
  if (first === undefined) return undefined;
  const most = others.reduce((one, other) => (other.total > one.total ? other : one), first);
  return describeGuarded('removals', most.total, most.limit);
}

/** What was done until now no longer counts when the window has passed. */
function forgetWindow({ removals, ...counts }: GuardCounts): GuardCounts {
  return { ...counts, removals: { ...removals, inWindow: 0 }, removedInWindow: 0 };
}
