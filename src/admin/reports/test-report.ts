// What `test` reports.
import type { StepResult } from '../../domain/examination.ts';

/** Options of `test`. */
export interface TestOptions {
  /** Longest time for each step, from 1; 10,000 when missing. */
  readonly timeoutMs?: number;
  /** Tests what is in force, regardless of the file. */
  readonly applied?: boolean;
}

/** The report of `test`. */
export interface TestReport {
  readonly target: string;
  readonly title: string;
  readonly driver: string;
  /** *file*: what its file says now; *applied*: what is in force. */
  readonly tested: 'file' | 'applied';
  /** Sentences: why the file was not tested, or how it differs from what is in force. */
  readonly notes: readonly string[];
  readonly steps: readonly StepResult[];
  /** No step has failed. */
  readonly passed: boolean;
}
