// The result of `retry`.
import type { TargetState } from '../../domain/target.ts';

/** The result of `retry`. */
export interface RetryReport {
  /** Parked Deliveries that are tried again. */
  readonly queued: number;
  /** Parked Deliveries that are checked again because another person matches the same record; they stay parked if that is still so. */
  readonly blocked: number;
  /** Deliveries that waited for a later time and are due now. */
  readonly sooner: number;
  /** It was down, and is tried now. */
  readonly wasDown: boolean;
  readonly state: TargetState;
  /** What stops the whole Target, in sentences; empty when nothing does. */
  readonly obstacle: string;
  /** False when no daemon runs: nothing is sent before it starts. */
  readonly running: boolean;
}
