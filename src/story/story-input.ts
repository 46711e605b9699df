import type { Decision, Delivery, Hold } from '../domain/delivery.ts';
import type { OutboundRecord } from '../domain/record.ts';
import type { Shadow } from '../domain/shadow.ts';
import type { Action, LeaverReason, LeaverStep, Target } from '../domain/target.ts';
import type { FieldNote } from '../mapping/compile-mapping.ts';
import type { ConditionReport } from './story.ts';

/** What a Target should hold for the Person; the planner's judgement, in the shape that the engine gives it. */
export type StoryDesired =
  | { readonly is: 'record'; readonly rows: readonly OutboundRecord[]; readonly notes?: readonly FieldNote[] }
  | {
      readonly is: 'leaving';
      readonly reason: LeaverReason;
      readonly condition?: string;
      readonly since: Date;
      readonly steps: readonly LeaverStep[];
    }
  | { readonly is: 'heldBack'; readonly why: string }
  | { readonly is: 'absent' };

/** What the planner would say if it looked at the Person now. */
export interface StoryPlan {
  readonly want?: { readonly action: Action };
  /** Why nothing, or not this, would be sent: a sentence without a full stop. */
  readonly why?: string;
  /** When it will be looked at again. */
  readonly wakeAt?: Date;
}

/** Everything that the Story of one Person at one Target needs: plain values, read at one moment. */
export interface StoryInput {
  readonly target: Pick<Target, 'name' | 'state' | 'by' | 'at' | 'why' | 'liveWhenQuiet' | 'downUntil' | 'trouble'>;
  /** How the person is named in the commands that we propose: a userName, or the id of a deleted person. */
  readonly person: string;
  /** All conditions of the Scope in the order of the file; empty for a deleted person. */
  readonly conditions: readonly ConditionReport[];
  readonly desired: StoryDesired;
  readonly plan: StoryPlan;
  readonly shadow?: Shadow;
  /** The open Delivery, and the Hold that holds it. */
  readonly open?: Delivery;
  readonly hold?: Pick<Hold, 'number' | 'why'>;
  /** Names of the people whose records block this one; empty when there are none. */
  readonly blockedBy: readonly string[];
  /** Newest first. */
  readonly history: readonly Delivery[];
  readonly decision?: Decision;
  readonly now: Date;
}
