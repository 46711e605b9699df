// Decides whether the Guard will hold leaver steps when they become due.
import { describeGuarded } from '../../domain/guard-counts.ts';
import type { GuardSettings } from '../../domain/target.ts';
import type { GuardCounts } from '../../store/outbound-reads.ts';
import type { ClockChanges } from './clock-changes.ts';
import { checkGuard } from './guard.ts';

/**
 * Why the Guard will hold the steps of clocks that begin or change, once they fall due: `31 removals; the limit is 25 within 24 h`.
 * `undefined` if they are within its limits. `counts` are those after the plan. Applying does not release these steps, because the Guard judges
 * each one when it is due. Counts only the steps that are due within one window; other removals until then are unknown. Pure.
 */
export function checkClocks(
  settings: GuardSettings,
  counts: GuardCounts,
  { due }: Pick<ClockChanges, 'due'>,
  now: Date,
): string | undefined {
  const { withinMs } = settings.removals;
  let from = 0;
  let wanted = 0;
  const holds = due.flatMap(({ dueAt, people }) => {
    const since = dueAt.getTime() - withinMs;
    wanted += people;
    for (let first = due[from]; first !== undefined && first.dueAt.getTime() <= since; first = due[from]) {
      wanted -= first.people;
      from += 1;
    }
    const counted = since >= now.getTime() ? forgetWindow(counts) : counts;
    return checkGuard(settings, counted, { removals: wanted, changes: 0 }, { removals: 0, changes: 0 }).removals ?? [];
  });
  const [first, ...others] = holds;
  if (first === undefined) return undefined;
  const most = others.reduce((one, other) => (other.total > one.total ? other : one), first);
  return describeGuarded('removals', most.total, most.limit);
}

/** Earlier removals no longer count after the window has passed. */
function forgetWindow({ removals, ...counts }: GuardCounts): GuardCounts {
  return { ...counts, removals: { ...removals, inWindow: 0 }, removedInWindow: 0 };
}
