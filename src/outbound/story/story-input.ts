// The inputs from which a Story is created.
import type { Decision, Delivery, Hold } from '../../domain/delivery.ts';
import type { DesiredState } from '../../domain/desired-state.ts';
import type { Shadow } from '../../domain/shadow.ts';
import type { Action, Target } from '../../domain/target.ts';
import type { ConditionReport } from './story.ts';

/** The planner's current result for the Person. */
export interface StoryPlan {
  readonly want?: { readonly action: Action };
  /** Why nothing would be sent, or not the desired state, as a clause without a full stop. */
  readonly why?: string;
  /** When the Person will be planned again. */
  readonly wakeAt?: Date;
}

/** All inputs of the Story of one Person at one Target: plain values, read at the same time. */
export interface StoryInput {
  readonly target: Pick<Target, 'name' | 'state' | 'by' | 'at' | 'why' | 'liveWhenQuiet' | 'downUntil' | 'trouble'>;
  /** The name of the person in proposed commands: a userName, or the id of a deleted person. */
  readonly person: string;
  /** All conditions of the Scope in the order of the file; empty for a deleted person. */
  readonly conditions: readonly ConditionReport[];
  readonly desired: DesiredState;
  readonly plan: StoryPlan;
  readonly shadow?: Shadow;
  /** The open Delivery. `hold` is the Hold that it belongs to. */
  readonly open?: Delivery;
  readonly hold?: Pick<Hold, 'number' | 'why'>;
  /** True if the Target imports full files, so that its records cannot be corrected manually. */
  readonly takesFiles?: boolean;
  /** Names of the people whose records block this one; empty if there are none. */
  readonly blockedBy: readonly string[];
  /** Newest first. */
  readonly history: readonly Delivery[];
  readonly decision?: Decision;
  readonly now: Date;
  /** False if no daemon runs: nothing is planned or sent until one starts. */
  readonly running: boolean;
}
