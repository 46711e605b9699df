// Types of the options and the result of `apply`.
import type { Action, TargetState } from '../../domain/target.ts';

/** Options of `apply`: the confirmations of the person. */
export interface ApplyOptions {
  readonly by: string;
  /** Confirms that the product removes everyone who is missing from the file. */
  readonly replaceAll?: boolean;
  /** Confirms that the product drops this number of people in Scope without a valid row. Required if there are any. */
  readonly without?: number;
  readonly system?: 'same' | 'new';
  /** The product was emptied, or its file was lost: send all records again. */
  readonly resend?: boolean;
  /** Hash of the displayed PlanReport; a different Plan is refused. Default: any Plan. */
  readonly hash?: string;
}

/** The result of `apply`. */
export interface ApplyReport {
  readonly target: string;
  readonly state: TargetState;
  /** True if the Target goes live automatically after the first cycle; `missing` is what it waits for. */
  readonly waits: boolean;
  readonly missing?: string;
  readonly actions: Readonly<Record<Action, number>>;
  /** Number of leaver clocks that began, changed and ended. */
  readonly clocks: Readonly<Record<'begins' | 'changes' | 'ends', number>>;
}
