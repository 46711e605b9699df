// Types of the options and the report of `test`.
import type { StepResult } from '../../domain/examination.ts';

/** Options of `test`. */
export interface TestOptions {
  /** Max time per step in milliseconds, at least 1. Default: 10,000. */
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
  /** Sentences: the reason why the file was not tested, or how it differs from the applied definition. */
  readonly notes: readonly string[];
  readonly steps: readonly StepResult[];
  /** True if no step has failed. */
  readonly passed: boolean;
}
