// Decides which leaver step of a person is due, and when.
import type { DesiredState } from './desired-state.ts';
import type { Leaving, Shadow } from './shadow.ts';
import type { Contact } from './source.ts';
import type { LeaverStep } from './target.ts';

/** After a silence longer than `silent`, delayed steps go this long after the Source's return: 24 hours. */
export const afterReturnMs = 24 * 3_600_000;

/** How often a clock that waits for a silent Source looks again: hourly. */
const recheckMs = 3_600_000;

/** The first step of a leaver list whose effect is still missing. */
export interface LeaverStepAhead {
  readonly step: LeaverStep;
  /** Its place in the list, from 0. */
  readonly index: number;
  /** When its delay ends: now or in the past when it has ended. */
  readonly due: Date;
}

/** A leaver clock that runs: the next step of a Leaver and when it falls due. */
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

/** The leaving state of a Shadow now: kept, the same object, while reason and condition stay; otherwise a new one. */
export function updateLeavingState(shadow: Shadow, desired: Extract<DesiredState, { is: 'leaving' }>): Leaving {
  const { leaving } = shadow;
  if (leaving?.reason === desired.reason && leaving.condition === desired.condition) return leaving;
  const condition = desired.condition === undefined ? {} : { condition: desired.condition };
  return { reason: desired.reason, ...condition, since: desired.since, stepsDone: 0 };
}

/**
 * The next step of a list; `undefined`: no further step, the record stays. A deactivate of a deactivated record counts as done.
 * The number of steps done says nothing here: the list may have been replaced by an `apply` since.
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
 * The next step of a list and whether it goes now, see `findStepAhead`. A delayed step runs only while its Source is in contact, because
 * a return could otherwise be missed.
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
      why: 'delayed leaver steps wait: no contact with the identity provider',
    };
  }
  const earliest = heard.since.getTime() + afterReturnMs;
  if (heard.since.getTime() > leaving.since.getTime() && earliest > now.getTime()) {
    return {
      at: new Date(earliest),
      why: 'delayed leaver steps wait for 24 hours after contact with the identity provider has resumed',
    };
  }
  return undefined;
}

/** The clock of a Leaver with this step to come. */
export function toLeaverClock({ reason, condition }: Leaving, { step, due }: LeaverStepAhead): LeaverClock {
  return { reason, ...(condition !== undefined && { condition }), step, dueAt: due };
}
