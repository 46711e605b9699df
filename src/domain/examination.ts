// The steps of `test` and their results.
/** The steps of `test`. The Driver decides which steps a Target has, and their order; `settings` is always the first. */
export type ExaminationStepName =
  'settings' | 'connect' | 'start' | 'folder' | 'signIn' | 'service' | 'find' | 'list' | 'encoding' | 'file';

/** What one step of `test` showed. Texts hold no secret and no e-mail address. */
export interface StepResult {
  readonly step: ExaminationStepName;
  /** *notAvailable*: the Connector cannot do it, or its answer proves nothing. *skipped*: a step that it needs has failed. */
  readonly result: 'passed' | 'failed' | 'notAvailable' | 'skipped';
  /** Whole milliseconds; 0 for a step that was not begun. */
  readonly ms: number;
  /** The result, or the cause of the failure. */
  readonly message: string;
  /** The requests that it sent or was about to send: `GET https://vms.contoso.com/api/staff?q={mail}`. */
  readonly asked?: readonly string[];
  /** The hint; a passed step can have one too. */
  readonly hint?: string;
  /** The last lines that the program of a script Target wrote to standard error; only where a step failed. */
  readonly output?: readonly string[];
}
