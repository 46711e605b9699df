// Decides what happens to Deliveries without an Outcome after a call failed.
import type { Delivery } from '../../../domain/delivery.ts';
import { TargetRefused, TargetUnavailable, messageOf } from '../../../domain/errors.ts';
import type { Settlement } from '../../../store/engine-store.ts';
import { TooManyMissing } from './too-many-missing.ts';
import { asParked, untried } from './verdict.ts';

/** A person is parked after this many failures of a call that contained only this person. */
const maxSoloFailures = 3;

/** The circumstances of the failure. */
export interface UnansweredContext {
  /** True if the batch contained only one Delivery. */
  readonly alone: boolean;
  readonly now: Date;
  /** Max time until a look-up finds a new record, in milliseconds. */
  readonly visibleAfterMs: number;
}

/**
 * One settlement for each Delivery without an Outcome: not sent, in doubt, or parked if calls repeatedly fail for this person alone. Pure.
 */
export function judgeUnanswered(unanswered: readonly Delivery[], error: unknown, context: UnansweredContext): readonly Settlement[] {
  const known = error instanceof TargetUnavailable || error instanceof TargetRefused || error instanceof TooManyMissing;
  const mayHaveLeft = known ? new Set(error instanceof TooManyMissing ? [] : error.mayHaveLeft) : undefined;
  const answer = messageOf(error);
  return unanswered.map((delivery) => judgeOne(delivery, answer, mayHaveLeft?.has(delivery.id) ?? true, context));
}

function judgeOne(delivery: Delivery, answer: string, left: boolean, { alone, now, visibleAfterMs }: UnansweredContext): Settlement {
  if (!left)
    return {
      delivery: delivery.id,
      state: untried(delivery),
      notBefore: now,
      answer,
      ...(delivery.wasUnclear ? {} : { recheckAt: now }),
    };
  if (alone && delivery.soloFailures + 1 >= maxSoloFailures) {
    return { ...asParked(delivery, `the connector failed on this person ${maxSoloFailures} times: ${answer}`, { now }), soloFailures: 1 };
  }
  const notBefore = new Date(now.getTime() + visibleAfterMs);
  return { delivery: delivery.id, state: 'unclear', notBefore, answer, wasUnclear: true, ...(alone && { soloFailures: 1 }) };
}
