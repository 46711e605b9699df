import type { GuardedCounts } from '../domain/guarded.ts';
import type { GuardSettings } from '../domain/target.ts';
import type { GuardCounts } from '../store/store.ts';

/** Shares count from this many removals or changes on: two of three people may leave a tiny Target. */
const removalsFromWhichShareCounts = 4;
const changesFromWhichShareCounts = 50;

/** Sentences, where the Guard holds. */
export interface GuardVerdict {
  readonly removals?: string;
  readonly changes?: string;
}

/**
 * Judges a Plan's removals and changes of existing records against the rolling window. All of a kind are held or none: over a
 * limit, when nobody would be left, or while any are held already. Pure.
 */
export function judgeGuard(settings: GuardSettings, counts: GuardCounts, wanted: GuardedCounts): GuardVerdict {
  const removals = judgeRemovals(settings, counts, wanted.removals);
  const changes = judgeChanges(settings, counts, wanted.changes);
  return { ...(removals !== undefined && { removals }), ...(changes !== undefined && { changes }) };
}

/**
 * What a person lets pass the Guard by applying a Plan that it would hold: "removes 10 of 16 people, 62 %". Empty when it would hold
 * nothing. Shares are rounded down.
 */
export function tellPassed(verdict: GuardVerdict, { active }: Pick<GuardCounts, 'active'>, wanted: GuardedCounts): readonly string[] {
  const tell = (verb: string, number: number, noun: string) => {
    const share = active === 0 ? '' : `, ${Math.floor((number / active) * 100)} %`;
    return `${verb} ${number} of ${active} ${noun}${share}`;
  };
  return [
    ...(verdict.removals === undefined ? [] : [tell('removes', wanted.removals, 'people')]),
    ...(verdict.changes === undefined ? [] : [tell('changes', wanted.changes, 'records')]),
  ];
}

function judgeRemovals({ removals: limit }: GuardSettings, counts: GuardCounts, wanted: number): string | undefined {
  if (wanted === 0) return undefined;
  const { inWindow, held } = counts.removals;
  if (held > 0) return `${held} removals are held already`;
  const total = inWindow + held + wanted;
  const atStart = counts.active + counts.removedInWindow;
  const pending = Math.max(0, inWindow - counts.removedInWindow);
  if (counts.active - pending - wanted <= 0) return `${total} removals would leave nobody`;
  if (total > limit.most) return `${total} removals, more than ${limit.most}`;
  if (total >= removalsFromWhichShareCounts && total > limit.share * atStart) {
    return `${total} removals, more than ${percent(limit.share)} of ${atStart} people`;
  }
  return undefined;
}

function judgeChanges({ changes: limit }: GuardSettings, counts: GuardCounts, wanted: number): string | undefined {
  if (wanted === 0) return undefined;
  const { inWindow, held } = counts.changes;
  if (held > 0) return `${held} changes are held already`;
  const total = inWindow + held + wanted;
  if (total < changesFromWhichShareCounts || total <= limit.share * counts.active) return undefined;
  return `${total} changes, more than ${percent(limit.share)} of ${counts.active} people`;
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
