// The inputs of a Story.
import type { Decision, Delivery, Hold } from '../../domain/delivery.ts';
import type { DesiredState } from '../../domain/desired-state.ts';
import type { Shadow } from '../../domain/shadow.ts';
import type { Action, Target } from '../../domain/target.ts';
import type { ConditionReport } from './story.ts';

/** The planner's result for the Person now. */
export interface StoryPlan {
  readonly want?: { readonly action: Action };
  /** Why nothing, or not this, would be sent: a sentence without a full stop. */
  readonly why?: string;
  /** When it will be looked at again. */
  readonly wakeAt?: Date;
}

/** All inputs of the Story of one Person at one Target: plain values, read at one moment. */
export interface StoryInput {
  readonly target: Pick<Target, 'name' | 'state' | 'by' | 'at' | 'why' | 'liveWhenQuiet' | 'downUntil' | 'trouble'>;
  /** How the person is named in the commands that we propose: a userName, or the id of a deleted person. */
  readonly person: string;
  /** All conditions of the Scope in the order of the file; empty for a deleted person. */
  readonly conditions: readonly ConditionReport[];
  readonly desired: DesiredState;
  readonly plan: StoryPlan;
  readonly shadow?: Shadow;
  /** The open Delivery, and the Hold that holds it. */
  readonly open?: Delivery;
  readonly hold?: Pick<Hold, 'number' | 'why'>;
  /** The Target takes whole files: no record there can be corrected by hand. */
  readonly takesFiles?: boolean;
  /** Names of the people whose records block this one; empty when there are none. */
  readonly blockedBy: readonly string[];
  /** Newest first. */
  readonly history: readonly Delivery[];
  readonly decision?: Decision;
  readonly now: Date;
  /** False when no daemon runs: nothing is planned or sent before one starts. */
  readonly running: boolean;
}
