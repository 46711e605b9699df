// Decides what becomes of Deliveries without an answer when the Target failed.
import type { Delivery } from '../../../domain/delivery.ts';
import { TargetRefused, TargetUnavailable, messageOf } from '../../../domain/errors.ts';
import type { Settlement } from '../../../store/engine-store.ts';
import { TooManyMissing } from './too-many-missing.ts';
import { asParked, untried } from './verdict.ts';

/** A person on whom a worker fails this often, sent alone, is parked. */
const maxSoloFailures = 3;

/** The facts besides the error. */
export interface UnansweredContext {
  /** The batch had one Delivery only. */
  readonly alone: boolean;
  readonly now: Date;
  /** How long after a write a look-up may still miss it. */
  readonly visibleAfterMs: number;
}

/** One settlement for each Delivery without an answer: not tried, in doubt, or parked when the connector fails on this person alone. Pure. */
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
