// Decides whether the first provisioning cycle of each Source has finished.
import { cycleEndsAt, isCycleOver, type Source } from '../../../domain/source.ts';
import type { EngineDeps, EngineTiming } from '../deps.ts';

/** Whether the first cycles of the Sources are over: an earlier file would leave out people who have not arrived yet. */
export type FirstCycle =
  | { readonly is: 'over' }
  | { readonly is: 'notBegun'; readonly why: string; readonly overAt: undefined }
  | { readonly is: 'running'; readonly why: string; readonly overAt: Date };

type CycleDeps = Pick<EngineDeps, 'store' | 'staging' | 'timing' | 'clock'>;

/** All Sources, with `cycleOver` for each whose first cycle is over now or was noted as over before. Writes nothing. */
export async function readSources(deps: CycleDeps): Promise<readonly Source[]> {
  return (await checkSources(deps)).map(({ source }) => source);
}

/**
 * As `readSources`, and writes down which first cycles are over: a later write would make one look unfinished again. Commands that depend on
 * it call this, and the engine every minute; queries never do.
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

/** Judges all Sources together: each that has begun must be over, and at least one must have people. */
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
