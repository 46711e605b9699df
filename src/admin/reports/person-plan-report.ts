// What `plan --person` reports.
import type { Action, TargetState } from '../../domain/target.ts';
import type { Story } from '../../outbound/story/story.ts';
import type { ClocksReport } from './plan-report.ts';
import type { PersonLabel } from './person-label.ts';

/** One person at one Target in full, by the definition in its file. */
export interface PersonPlanReport {
  readonly target: string;
  readonly state: TargetState;
  /** Whom the text can mean: exactly one is explained. */
  readonly people: readonly PersonLabel[];
  readonly plan?: PersonPlan;
}

/** The planned Action for one person, and why. */
export interface PersonPlan {
  readonly conditions: Story['conditions'];
  /** Each field of the Mapping. A missing `value` is left out of the record, or cannot be made; `values` are those of several rows. */
  readonly fields: readonly PlannedField[];
  /** Why no valid row can be made. */
  readonly noRow?: string;
  /** The record that the Target last accepted. */
  readonly accepted?: NonNullable<Story['accepted']>;
  /** What would be done; missing: nothing. */
  readonly action?: Action;
  /** What becomes of the person's leaver clock; missing: nothing. */
  readonly clock?: keyof Omit<ClocksReport, 'hold'>;
  /** The planned Action, or why there is none, in sentences. */
  readonly next: string;
}

/** One field of a Record. */
export interface PlannedField {
  readonly field: string;
  readonly values: readonly unknown[];
  /** The expression, or the constant as JSON. */
  readonly from: string;
  /** That it was cut, or left out. */
  readonly note?: string;
}
