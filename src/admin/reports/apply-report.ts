// What `apply` agrees to and reports.
import type { Action, TargetState } from '../../domain/target.ts';

/** Options of `apply`: what the person confirmed. */
export interface ApplyOptions {
  readonly by: string;
  /** The product loses everyone who is not in our file. */
  readonly replaceAll?: boolean;
  /** Number of people in Scope whose Records are held back, whom the product would drop: needed when there are any. */
  readonly without?: number;
  readonly system?: 'same' | 'new';
  /** The product was emptied, or lost its file: everyone is sent again. */
  readonly resend?: boolean;
  /** Hash of the PlanReport that was shown; a different Plan is refused. Missing: any Plan. */
  readonly hash?: string;
}

/** The result of `apply`. */
export interface ApplyReport {
  readonly target: string;
  readonly state: TargetState;
  /** True when the Target goes live automatically after the first cycle; `missing` says what it waits for. */
  readonly waits: boolean;
  readonly missing?: string;
  readonly actions: Readonly<Record<Action, number>>;
  /** How many leaver clocks began, changed and ended. */
  readonly clocks: Readonly<Record<'begins' | 'changes' | 'ends', number>>;
}
