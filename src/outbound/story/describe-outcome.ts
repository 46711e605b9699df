// Describes the state of a Delivery after an Attempt.
import type { Delivery } from '../../domain/delivery.ts';
import { nameParked } from '../../domain/sentences.ts';
import { showAside, showTime } from '../../domain/wording.ts';

/** The current state of a Delivery that was sent or parked, as a phrase without a full stop. */
export function describeOutcome(delivery: Pick<Delivery, 'state' | 'answer' | 'notBefore' | 'blocked' | 'wasUnclear' | 'action'>): string {
  const { state, answer, notBefore } = delivery;
  switch (state) {
    case 'done':
      return answer === '' ? 'done' : answer;
    case 'queued':
      return `not accepted${showAside(answer)}; retried at ${showTime(notBefore)}`;
    case 'unclear':
      return `no clear answer${showAside(answer)}; Vestibule looks up the record at ${showTime(notBefore)} before it sends again`;
    case 'accepted':
      return `accepted; the target is processing it; Vestibule asks for the result at ${showTime(notBefore)}`;
    case 'parked':
      return `parked (${answer === '' ? nameParked(delivery) : answer})`;
    case 'sending':
      return `being sent${showAside(answer)}`;
    case 'held':
      return 'held by the Guard';
    case 'superseded':
      return `ended without success${showAside(answer)}`;
  }
}
