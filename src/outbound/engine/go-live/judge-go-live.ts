// Decides whether an applied draft can go live.
import { CommandRefused, withHint } from '../../../domain/errors.ts';
import type { Target, TargetDefinition } from '../../../domain/target.ts';
import type { EngineDeps } from '../deps.ts';
import { checkFirstCycle, noteFirstCycles } from './first-cycle.ts';
import { assertAgreed, findNeededAgreement } from './needed-agreement.ts';
import { previewTarget } from '../preview/preview.ts';

/**
 * What happens to a draft that waits for the first cycle. `waits`: until that time, or until something changes. `stays`: a person must act,
 * for this reason. `goes`: goes live now; `released` if the Guard does not count its first Plan.
 */
export type GoLiveVerdict =
  | { readonly is: 'waits'; readonly until: Date | undefined }
  | { readonly is: 'stays'; readonly why: string }
  | { readonly is: 'goes'; readonly released: boolean };

/** Judges a draft by the first cycles of the Sources and by the Plan of everyone. Writes only which first cycles have finished. */
export async function judgeGoLive(deps: EngineDeps, target: Target, definition: TargetDefinition): Promise<GoLiveVerdict> {
  const cycle = checkFirstCycle(await noteFirstCycles(deps), deps.timing, deps.clock.now());
  if (cycle.is !== 'over') return { is: 'waits', until: cycle.overAt };
  const refusal = await findRefusal(deps, target, definition);
  if (refusal !== undefined) return { is: 'stays', why: refusal };
  // No person has seen this Plan, so the Guard counts it, unless the Target is still empty.
  const there = await deps.store.shadows.count(target.name);
  return { is: 'goes', released: there.active + there.deactivated === 0 || target.resend === 'people' };
}

/** Why a person must see the Plan first; `undefined` if not required. */
async function findRefusal(deps: EngineDeps, target: Target, definition: TargetDefinition): Promise<string | undefined> {
  // The person who applied has seen the plan that sends everyone again, and a new system has no people to remove.
  if (target.resend === 'people') return undefined;
  const preview = await previewTarget(deps, { target, definition, cause: 'firstLoad' });
  try {
    assertAgreed(target, findNeededAgreement(target, definition, preview, false), { ...target, system: undefined });
    return undefined;
  } catch (error) {
    if (error instanceof CommandRefused) return withHint(error);
    throw error;
  }
}
