// Types of the steps of the command `test` and of their results.
/** The steps of `test`. The Driver decides which steps a Target has, and their order; `settings` is always the first. */
export type ExaminationStepName =
  'settings' | 'connect' | 'start' | 'folder' | 'signIn' | 'service' | 'find' | 'list' | 'encoding' | 'file';

/** The result of one step of `test`. Texts contain no secrets and no e-mail addresses. */
export interface StepResult {
  readonly step: ExaminationStepName;
  /**
   * *notAvailable*: the Connector does not support the step, or its response is not conclusive. *skipped*: a required earlier step has
   * failed.
   */
  readonly result: 'passed' | 'failed' | 'notAvailable' | 'skipped';
  /** Whole milliseconds; 0 for a step that was not started. */
  readonly ms: number;
  /** The result, or the cause of the failure. */
  readonly message: string;
  /** The requests that the step sent or was about to send: `GET https://vms.contoso.com/api/staff?q={mail}`. */
  readonly asked?: readonly string[];
  /** The hint; a passed step can also have one. */
  readonly hint?: string;
  /** The last lines that the program of a script Target wrote to standard error; only for a failed step. */
  readonly output?: readonly string[];
}
