// Decides whether the first provisioning cycle of each Source has finished.
import { cycleEndsAt, isCycleOver, type Source } from '../../../domain/source.ts';
import type { EngineDeps, EngineTiming } from '../deps.ts';

/** Whether the first cycles of the Sources have finished. A file that is written earlier would omit people who have not arrived yet. */
export type FirstCycle =
  | { readonly is: 'over' }
  | { readonly is: 'notBegun'; readonly why: string; readonly overAt: undefined }
  | { readonly is: 'running'; readonly why: string; readonly overAt: Date };

type CycleDeps = Pick<EngineDeps, 'store' | 'staging' | 'timing' | 'clock'>;

/** All Sources, with `cycleOver` set if the first cycle has finished now or was stored as finished. Does not write to the store. */
export async function readSources(deps: CycleDeps): Promise<readonly Source[]> {
  return (await checkSources(deps)).map(({ source }) => source);
}

/**
 * As `readSources`, and stores which first cycles have finished, because a later write would make a cycle look unfinished. Called by
 * commands that depend on it, and by the engine every minute; never by read-only commands.
 */
export async function noteFirstCycles(deps: CycleDeps): Promise<readonly Source[]> {
  const judged = await checkSources(deps);
  for (const { source, isNoted } of judged) {
    if (source.cycleOver === true && !isNoted && deps.store.readOnly() === undefined) await deps.store.firstCycles.note(source.id);
  }
  return judged.map(({ source }) => source);
}

async function checkSources({ store, staging, timing, clock }: CycleDeps): Promise<readonly { source: Source; isNoted: boolean }[]> {
  const [sources, over] = await Promise.all([staging.sources.list(), store.firstCycles.over()]);
  return sources.map((source) => {
    const isNoted = over.has(source.id);
    const isOver = isNoted || isCycleOver(source, timing.quietMs(source.id), clock.now());
    return { source: isOver ? { ...source, cycleOver: true } : source, isNoted };
  });
}

/** Checks all Sources together: each one that has started must have finished, and at least one must have people. */
export function checkFirstCycle(sources: readonly Source[], timing: Pick<EngineTiming, 'quietMs'>, now: Date): FirstCycle {
  const begun = sources.filter((source) => source.lastWrite !== undefined && source.people > 0);
  if (begun.length === 0) {
    const why = sources.some((source) => source.cycleOver === true)
      ? 'the directory has deleted all people'
      : 'no people received from Entra yet';
    return { is: 'notBegun', why, overAt: undefined };
  }
  const running = begun.filter((source) => !isCycleOver(source, timing.quietMs(source.id), now));
  const ends = running.map((source) => cycleEndsAt(source, timing.quietMs(source.id))?.getTime() ?? 0);
  if (ends.length === 0) return { is: 'over' };
  const names = running.map((source) => source.id).join(', ');
  return { is: 'running', why: `the first cycle of ${names} is still running`, overAt: new Date(Math.max(...ends)) };
}
