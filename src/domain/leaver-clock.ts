// Decides which leaver step of a person is next, and when it is due.
import type { DesiredState } from './desired-state.ts';
import type { Leaving, Shadow } from './shadow.ts';
import type { Contact } from './source.ts';
import type { LeaverStep } from './target.ts';

/** After a silence longer than `silent`, delayed steps wait this long from when the Source has resumed contact: 24 hours. */
export const afterReturnMs = 24 * 3_600_000;

/** How often a leaver step that waits for a silent Source is checked again: hourly. */
const recheckMs = 3_600_000;

/** The first step of a leaver list that is not yet in effect. */
export interface LeaverStepAhead {
  readonly step: LeaverStep;
  /** Index in the list, from 0. */
  readonly index: number;
  /** When its delay ends; now or in the past if the delay has ended. */
  readonly due: Date;
}

/** The next step of a Leaver, and when it is due. */
export interface LeaverClock extends Pick<Leaving, 'reason' | 'condition'> {
  readonly step: LeaverStep;
  /** In the past while a removal is open, or while the Source is silent. */
  readonly dueAt: Date;
}

/** The next leaver step, and whether it is due. */
export type StepDue =
  | { readonly is: 'nothing' }
  | ({ readonly is: 'later'; readonly at: Date; readonly why: string } & LeaverStepAhead)
  | ({ readonly is: 'now' } & LeaverStepAhead);

/** The current leaving state of a Shadow: the same object if reason and condition are unchanged, otherwise a new state. */
export function updateLeavingState(shadow: Shadow, desired: Extract<DesiredState, { is: 'leaving' }>): Leaving {
  const { leaving } = shadow;
  if (leaving?.reason === desired.reason && leaving.condition === desired.condition) return leaving;
  const condition = desired.condition === undefined ? {} : { condition: desired.condition };
  return { reason: desired.reason, ...condition, since: desired.since, stepsDone: 0 };
}

/**
 * The next step of a list; `undefined`: no further step, the record stays. A deactivate of a deactivated record counts as done. `stepsDone`
 * is not used, because an `apply` may have replaced the list since.
 */
export function findStepAhead(
  { active }: Pick<Shadow, 'active'>,
  { since }: Pick<Leaving, 'since'>,
  steps: readonly LeaverStep[],
): LeaverStepAhead | undefined {
  const index = steps.findIndex((step) => step.do !== 'deactivate' || active);
  const step = steps[index];
  return step === undefined ? undefined : { step, index, due: new Date(since.getTime() + step.afterMs) };
}

/**
 * The next step of a list (see `findStepAhead`) and whether it is due. A delayed step runs only while its Source is in contact: otherwise
 * Vestibule could have missed the person's return.
 */
export function stepDue(
  shadow: Shadow,
  leaving: Leaving,
  steps: readonly LeaverStep[],
  when: { readonly now: Date; readonly heard?: Contact; readonly silentMs: number },
): StepDue {
  const ahead = findStepAhead(shadow, leaving, steps);
  if (ahead === undefined) return { is: 'nothing' };
  const { step, due } = ahead;
  if (due > when.now) return { is: 'later', ...ahead, at: due, why: `${step.do} after the leaver delay` };
  if (step.afterMs > 0) {
    const silence = checkSilence(leaving, when);
    if (silence !== undefined) return { is: 'later', ...ahead, ...silence };
  }
  return { is: 'now', ...ahead };
}

function checkSilence(
  leaving: Leaving,
  { now, heard, silentMs }: { now: Date; heard?: Contact; silentMs: number },
): Pick<Extract<StepDue, { is: 'later' }>, 'at' | 'why'> | undefined {
  if (heard === undefined || now.getTime() - heard.last.getTime() > silentMs) {
    return {
      at: new Date(now.getTime() + recheckMs),
      why: 'no contact with the identity provider',
    };
  }
  const earliest = heard.since.getTime() + afterReturnMs;
  if (heard.since.getTime() > leaving.since.getTime() && earliest > now.getTime()) {
    return {
      at: new Date(earliest),
      why: 'contact with the identity provider resumed less than 24 hours ago',
    };
  }
  return undefined;
}

/** The leaver clock for the next step of a Leaver. */
export function toLeaverClock({ reason, condition }: Leaving, { step, due }: LeaverStepAhead): LeaverClock {
  return { reason, ...(condition !== undefined && { condition }), step, dueAt: due };
}
