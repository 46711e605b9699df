import { findNextStep, type Leaving, type Shadow } from '../domain/shadow.ts';
import type { Contact } from '../domain/source.ts';
import type { LeaverStep } from '../domain/target.ts';
import type { DesiredState } from '../domain/desired-state.ts';

/** After a silence longer than `silent`, delayed steps go this long after the Source's return: 24 hours. */
export const afterReturnMs = 24 * 3_600_000;

/** How often a clock that waits for a silent Source looks again: hourly. */
const recheckMs = 3_600_000;

/** What a leaver clock says. */
export type StepDue =
  | { readonly is: 'nothing' }
  | { readonly is: 'later'; readonly at: Date; readonly why: string }
  | { readonly is: 'now'; readonly step: LeaverStep; readonly index: number };

/** The leaving state of a Shadow now: kept, the same object, while reason and condition stay; otherwise a new one. */
export function updateLeavingState(shadow: Shadow, desired: Extract<DesiredState, { is: 'leaving' }>): Leaving {
  const { leaving } = shadow;
  if (leaving?.reason === desired.reason && leaving.condition === desired.condition) return leaving;
  const condition = desired.condition === undefined ? {} : { condition: desired.condition };
  return { reason: desired.reason, ...condition, since: desired.since, stepsDone: 0 };
}

/**
 * The next step of a list and whether it goes now. A deactivate of a deactivated record counts as done. A delayed step runs only
 * while its Source is in contact, because a return could otherwise be missed.
 */
export function stepDue(
  shadow: Shadow,
  leaving: Leaving,
  steps: readonly LeaverStep[],
  when: { readonly now: Date; readonly heard?: Contact; readonly silentMs: number },
): StepDue {
  const index = findNextStep(steps, shadow);
  const step = steps[index];
  if (step === undefined) return { is: 'nothing' };
  const due = leaving.since.getTime() + step.afterMs;
  const now = when.now.getTime();
  if (due > now) return { is: 'later', at: new Date(due), why: `${step.do} when the leaver delay has passed` };
  if (step.afterMs > 0) {
    const silence = checkSilence(leaving, when);
    if (silence !== undefined) return silence;
  }
  return { is: 'now', step, index };
}

function checkSilence(leaving: Leaving, { now, heard, silentMs }: { now: Date; heard?: Contact; silentMs: number }): StepDue | undefined {
  if (heard === undefined || now.getTime() - heard.last.getTime() > silentMs) {
    return {
      is: 'later',
      at: new Date(now.getTime() + recheckMs),
      why: 'the leaver clock is stopped: no contact with the identity provider',
    };
  }
  const earliest = heard.since.getTime() + afterReturnMs;
  if (heard.since.getTime() > leaving.since.getTime() && earliest > now.getTime()) {
    return {
      is: 'later',
      at: new Date(earliest),
      why: 'contact with the identity provider has just resumed: the leaver clock waits a day',
    };
  }
  return undefined;
}
