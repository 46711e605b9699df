// What `log` reports.
import type { DeliveryState } from '../../domain/delivery.ts';
import type { Action } from '../../domain/target.ts';
import type { PersonLabel } from './person-label.ts';

/** The log of a Target: deliveries with their answers, and commands and state changes; oldest first. */
export interface LogReport {
  readonly target: string;
  readonly lines: readonly LogLine[];
}

/** One line of the log. `person` and `action` are present for a Delivery, `by` for a command or a change of state. */
export interface LogLine {
  readonly at: Date;
  readonly person?: PersonLabel;
  readonly action?: Action;
  /** How a Delivery stands now. */
  readonly state?: DeliveryState;
  /** Failures that were the record's own. */
  readonly attempts?: number;
  readonly by?: string;
  /** In words, without a full stop. */
  readonly outcome: string;
}
