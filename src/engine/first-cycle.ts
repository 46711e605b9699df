import { isCycleOver, type Source } from '../domain/source.ts';
import type { EngineDeps, EngineTiming } from './deps.ts';

/** Whether the first cycles of the Sources are over: a file made before would leave out whoever has not come yet. */
export type FirstCycle =
  | { readonly is: 'over' }
  | { readonly is: 'notBegun'; readonly why: string; readonly overAt: undefined }
  | { readonly is: 'running'; readonly why: string; readonly overAt: Date };

/** All Sources; that a first cycle is over is written down when it is seen for the first time. */
export async function readSources({ store, timing, clock }: Pick<EngineDeps, 'store' | 'timing' | 'clock'>): Promise<readonly Source[]> {
  const sources = await store.sources.list();
  return Promise.all(
    sources.map(async (source) => {
      const note = `first cycle of ${source.id}`;
      const known = (await store.notes.get(note)) !== undefined;
      if (!known && !isCycleOver(source, timing.quietMs(source.id), clock.now())) return source;
      if (!known && store.readOnly() === undefined) await store.notes.set(note, 'over');
      return { ...source, cycleOver: true };
    }),
  );
}

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
