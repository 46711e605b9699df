// The Story: the explanation of one person at one Target, as data.
import type { Delivery } from '../../domain/delivery.ts';
import type { OutboundRecord } from '../../domain/record.ts';
import type { Shadow } from '../../domain/shadow.ts';
import type { TargetState } from '../../domain/target.ts';
import type { FieldNote } from '../../domain/desired-state.ts';

/** One Scope condition evaluated for one Person, with the values that it read. */
export interface ConditionReport {
  readonly name: string;
  readonly rule: string;
  readonly holds: boolean;
  readonly values: Readonly<Record<string, unknown>>;
}

/** The explanation of one Person at one Target. */
export interface Story {
  readonly target: string;
  readonly state: TargetState;
  readonly conditions: readonly ConditionReport[];
  /** One sentence for each group that the definition names and that was never received. Missing if there are none. */
  readonly missingGroups?: readonly string[];
  /** The Record that the Mapping creates. Missing for a person without a valid row and for a deleted person. */
  readonly record?: readonly OutboundRecord[];
  /** Fields of `record` that were truncated or omitted. Missing if there are none. */
  readonly notes?: readonly FieldNote[];
  readonly heldBack?: string;
  /** What the Target last accepted. */
  readonly accepted?: Pick<Shadow, 'sent' | 'key' | 'active' | 'at' | 'leaving'>;
  readonly open?: Pick<Delivery, 'id' | 'action' | 'state' | 'answer' | 'attempts' | 'notBefore' | 'cause' | 'hold'>;
  readonly history: readonly Pick<Delivery, 'id' | 'action' | 'state' | 'answer' | 'createdAt' | 'answeredAt' | 'settledAt'>[];
  /** The next step, as a sentence. */
  readonly next: string;
  /**
   * How the edited file, which is not applied, would change the actions for the person, in sentences. Missing if there is no edit or no
   * difference.
   */
  readonly edit?: string;
}
