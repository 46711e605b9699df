// The Story: the explanation of one person at one Target, as data.
import type { Delivery } from '../../domain/delivery.ts';
import type { OutboundRecord } from '../../domain/record.ts';
import type { Shadow } from '../../domain/shadow.ts';
import type { TargetState } from '../../domain/target.ts';
import type { FieldNote } from '../../domain/desired-state.ts';

/** One Scope condition for one Person, with the values it read. */
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
  /** One sentence for each group that the definition names and that was never received; missing when there are none. */
  readonly missingGroups?: readonly string[];
  /** What the Mapping makes; missing for a person without a valid row and for a deleted person. */
  readonly record?: readonly OutboundRecord[];
  /** Fields of `record` that were truncated or omitted; missing when there are none. */
  readonly notes?: readonly FieldNote[];
  readonly heldBack?: string;
  /** What was last accepted there. */
  readonly accepted?: Pick<Shadow, 'sent' | 'key' | 'active' | 'at' | 'leaving'>;
  readonly open?: Pick<Delivery, 'id' | 'action' | 'state' | 'answer' | 'attempts' | 'notBefore' | 'cause' | 'hold'>;
  readonly history: readonly Pick<Delivery, 'id' | 'action' | 'state' | 'answer' | 'createdAt' | 'answeredAt' | 'settledAt'>[];
  /** The next step, in a sentence. */
  readonly next: string;
  /** What the edited file, which is not applied, would do with the person, in sentences; missing when there is no edit or it does nothing else. */
  readonly edit?: string;
}
