// What `test` reports.
import type { StepResult } from '../../domain/examination.ts';

/** Options of `test`. */
export interface TestOptions {
  /** Longest time for each step, from 1; 10,000 when missing. */
  readonly timeoutMs?: number;
  /** Tests the applied definition, regardless of the file. */
  readonly applied?: boolean;
}

/** The report of `test`. */
export interface TestReport {
  readonly target: string;
  readonly title: string;
  readonly driver: string;
  /** *file*: the definition in its file; *applied*: the applied definition. */
  readonly tested: 'file' | 'applied';
  /** Sentences: why the file was not tested, or how it differs from the applied definition. */
  readonly notes: readonly string[];
  readonly steps: readonly StepResult[];
  /** No step has failed. */
  readonly passed: boolean;
}
