import { isCycleOver, type Source } from '../domain/source.ts';
import type { EngineTiming } from './deps.ts';

/** Whether the first cycles of the Sources are over: a file made before would leave out whoever has not come yet. */
export type FirstCycle =
  | { readonly is: 'over' }
  | { readonly is: 'notBegun'; readonly why: string; readonly overAt: undefined }
  | { readonly is: 'running'; readonly why: string; readonly overAt: Date };

/** Judges all Sources together: each that has begun must be over, and at least one must have people. */
export function judgeFirstCycle(sources: readonly Source[], timing: Pick<EngineTiming, 'quietMs'>, now: Date): FirstCycle {
  const begun = sources.filter((source) => source.lastWrite !== undefined && source.people > 0);
  if (begun.length === 0) return { is: 'notBegun', why: 'nobody has come from Entra yet', overAt: undefined };
  const running = begun.filter((source) => !isCycleOver(source, timing.quietMs(source.id), now));
  const ends = running.map((source) => (source.lastWrite?.getTime() ?? 0) + timing.quietMs(source.id));
  if (ends.length === 0) return { is: 'over' };
  const names = running.map((source) => source.id).join(', ');
  return { is: 'running', why: `the first cycle of ${names} still runs`, overAt: new Date(Math.max(...ends)) };
}
