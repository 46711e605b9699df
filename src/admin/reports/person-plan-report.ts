// Types of the report of `plan TARGET PERSON`.
import type { Action, TargetState } from '../../domain/target.ts';
import type { Story } from '../../outbound/story/story.ts';
import type { ClocksReport } from './plan-report.ts';
import type { PersonLabel } from './person-label.ts';

/** The explanation of one person at one Target, by the definition in its file. */
export interface PersonPlanReport {
  readonly target: string;
  readonly state: TargetState;
  /** The people that match the text; `plan` is present only for a single match. */
  readonly people: readonly PersonLabel[];
  readonly plan?: PersonPlan;
}

/** The planned Action for one person, and why. */
export interface PersonPlan {
  readonly conditions: Story['conditions'];
  /** The fields of the Mapping. A field without `values` is omitted or has no valid value; several rows have several `values`. */
  readonly fields: readonly PlannedField[];
  /** Why the person has no valid row. */
  readonly noRow?: string;
  /** The record that the Target last accepted. */
  readonly accepted?: NonNullable<Story['accepted']>;
  /** The planned Action, if there is one. */
  readonly action?: Action;
  /** The change of the person's leaver clock, if there is one. */
  readonly clock?: keyof Omit<ClocksReport, 'hold'>;
  /** The planned Action, or the reason why there is none, in sentences. */
  readonly next: string;
}

/** One field of a Record. */
export interface PlannedField {
  readonly field: string;
  readonly values: readonly unknown[];
  /** The expression, or the constant as JSON. */
  readonly from: string;
  /** Says that the value is truncated or omitted. */
  readonly note?: string;
}
