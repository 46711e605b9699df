// The type of the result of `retry`.
import type { TargetState } from '../../domain/target.ts';

/** The result of `retry`. */
export interface RetryReport {
  /** Number of parked Deliveries that are retried. */
  readonly queued: number;
  /**
   * Number of Deliveries that are parked because another person matches the same record. They are checked again, and stay parked if the
   * other person still matches.
   */
  readonly blocked: number;
  /** Number of Deliveries that were waiting for a later time and are due now. */
  readonly sooner: number;
  /** True if the Target was down; it is tried again now. */
  readonly wasDown: boolean;
  readonly state: TargetState;
  /** Obstacles that stop the whole Target, in sentences; empty if there are none. */
  readonly obstacle: string;
  /** False if no daemon is running: nothing is sent until it starts. */
  readonly running: boolean;
}
