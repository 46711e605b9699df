// Types of the report of `log`.
import type { DeliveryState } from '../../domain/delivery.ts';
import type { Action } from '../../domain/target.ts';
import type { PersonLabel } from './person-label.ts';

/** The log of a Target: deliveries with their results, commands, and state changes; oldest first. */
export interface LogReport {
  readonly target: string;
  readonly lines: readonly LogLine[];
}

/** One line of the log. `person` and `action` are present for a Delivery, `by` for a command or a change of state. */
export interface LogLine {
  readonly at: Date;
  readonly person?: PersonLabel;
  readonly action?: Action;
  /** The present state of a Delivery; `parked` on the line of a parking that is over. */
  readonly state?: DeliveryState;
  /** Number of failures that were caused by the record. */
  readonly attempts?: number;
  readonly by?: string;
  /** The result as a phrase, without a full stop. */
  readonly outcome: string;
}
