// Decides whether the Guard holds the Actions of a Plan.
import type { Guarded, GuardedCounts } from '../../../domain/guard-counts.ts';
import type { GuardSettings } from '../../../domain/target.ts';
import { showCount, showNumber, showSpan } from '../../../domain/wording.ts';
import type { GuardCounts } from '../../../store/outbound-reads.ts';

/** Min number of removals or changes for which the share limits apply, so that two of three people can leave a tiny Target. */
const removalsFromWhichShareCounts = 4;
const changesFromWhichShareCounts = 50;

/** How many Actions count towards the Guard's limit, and which limit was exceeded. */
export interface GuardHold {
  /** All Actions that count: done or in progress within the window, already held, and wanted by the Plan. */
  readonly total: number;
  /**
   * A clause without numbers that will change: `the limit is 25 within 24 h`. Empty if no limit was exceeded, but others are already held.
   */
  readonly limit: string;
}

/** One entry for each kind of Action that the Guard holds. */
export type GuardResult = Readonly<Partial<Record<Guarded, GuardHold>>>;

/**
 * Checks a Plan's removals and changes of existing records against the rolling window. Of each kind, either all are held or none: all if
 * they exceed a limit, would remove everyone, or if some are already held. `withdrawn` are held Deliveries that the Plan replaces or drops;
 * they do not count in addition to their replacements. Pure.
 */
export function checkGuard(settings: GuardSettings, counts: GuardCounts, wanted: GuardedCounts, withdrawn: GuardedCounts): GuardResult {
  const removals = checkRemovals(settings, counts, wanted.removals, withdrawn.removals);
  const changes = checkChanges(settings, counts, wanted.changes, withdrawn.changes);
  return { ...(removals !== undefined && { removals }), ...(changes !== undefined && { changes }) };
}

/**
 * What bypasses the Guard when an operator applies a Plan that it would hold: "removes 10 of 16 people (62%)". Empty if it would hold nothing.
 * Shares are rounded down.
 */
export function describePassed(verdict: GuardResult, { active }: Pick<GuardCounts, 'active'>, wanted: GuardedCounts): readonly string[] {
  const tell = (verb: string, number: number, noun: string) => {
    const share = active === 0 ? '' : ` (${Math.floor((number / active) * 100)}%)`;
    return `${verb} ${showNumber(number)} of ${showNumber(active)} ${noun}${share}`;
  };
  return [
    ...(verdict.removals === undefined ? [] : [tell('removes', wanted.removals, 'people')]),
    ...(verdict.changes === undefined ? [] : [tell('changes', wanted.changes, 'records')]),
  ];
}

function checkRemovals({ removals: limit }: GuardSettings, counts: GuardCounts, wanted: number, withdrawn: number): GuardHold | undefined {
  if (wanted === 0) return undefined;
  const { inWindow, held } = counts.removals;
  const total = inWindow + held - withdrawn + wanted;
  const atStart = counts.active + counts.removedInWindow;
  const pending = Math.max(0, inWindow - counts.removedInWindow);
  // If some are already held, the wanted ones may be the same people, and the message would be wrong.
  if (held === 0 && counts.active - pending - wanted <= 0) return { total, limit: 'everyone would be removed' };
  if (total > limit.most) return { total, limit: `the limit is ${limit.most} within ${showSpan(limit.withinMs)}` };
  if (total >= removalsFromWhichShareCounts && total > limit.share * atStart) {
    return { total, limit: describeShare(limit, atStart) };
  }
  return held > 0 ? { total, limit: '' } : undefined;
}

function checkChanges({ changes: limit }: GuardSettings, counts: GuardCounts, wanted: number, withdrawn: number): GuardHold | undefined {
  if (wanted === 0) return undefined;
  const { inWindow, held } = counts.changes;
  const total = inWindow + held - withdrawn + wanted;
  if (total >= changesFromWhichShareCounts && total > limit.share * counts.active)
    return { total, limit: describeShare(limit, counts.active) };
  return held > 0 ? { total, limit: '' } : undefined;
}

function describeShare({ share, withinMs }: { readonly share: number; readonly withinMs: number }, people: number): string {
  return `the limit is ${Math.round(share * 1000) / 10}% of ${showCount(people, 'person', 'people')} within ${showSpan(withinMs)}`;
}
