import type { Delivery } from '../domain/delivery.ts';
import { showAside, showTime } from '../domain/wording.ts';

/** How a Delivery that was tried stands now, in words without a full stop. */
export function describeOutcome({ state, answer, notBefore }: Pick<Delivery, 'state' | 'answer' | 'notBefore'>): string {
  switch (state) {
    case 'done':
      return answer === '' ? 'done' : answer;
    case 'queued':
      return `not accepted${showAside(answer)}; tried again at ${showTime(notBefore)}`;
    case 'unclear':
      return `no clear answer${showAside(answer)}; looked up at ${showTime(notBefore)} before it is sent again`;
    case 'accepted':
      return `taken by the target, which works on it; asked again at ${showTime(notBefore)}`;
    case 'parked':
      return `parked${showAside(answer)}`;
    case 'sending':
      return `being sent${showAside(answer)}`;
    case 'held':
      return 'held by the Guard';
    case 'superseded':
      return `ended without a success${showAside(answer)}`;
  }
}
