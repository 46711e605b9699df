// Evaluates one person by the definition in a Target's file, as if it were applied now.
import { personSubject } from '../../../domain/ids.ts';
import type { Target, TargetDefinition } from '../../../domain/target.ts';
import { compareClocks, type ClockChange } from '../../engine/guard/clock-changes.ts';
import { evaluateSubject, type SubjectEvaluation } from '../../engine/planning/evaluate-subject.ts';
import type { StoryInput } from '../../story/story-input.ts';
import type { HandlerDeps } from './handler-deps.ts';
import { toStoryInputs } from './story-inputs.ts';

/** The actions for one person if a definition were applied now. */
export interface ByFile extends SubjectEvaluation {
  /** Input for a Story. An open Delivery that the plan would replace or drop is omitted. */
  readonly input: StoryInput;
  /** How the leaver delay would change; missing if it would not. */
  readonly clock?: ClockChange;
}

/** Evaluates one person by the definition in a Target's file. Does not write to the store or contact the Target. */
export async function explainByFile(deps: HandlerDeps, target: Target, fileDefinition: TargetDefinition, id: string): Promise<ByFile> {
  const evaluation = await evaluateSubject(deps.engineDeps, fileDefinition, personSubject(id));
  const { planned } = evaluation;
  const [input] = await toStoryInputs(deps, target, [planned]);
  if (input === undefined) throw new Error('Internal error: expected one story, found none');
  const { open, ...withoutOpen } = input;
  const isReplaced = open !== undefined && planned.plan.supersedes.some(({ id: replaced }) => replaced === open.id);
  const clock = compareClocks(planned, target.definition);
  return { ...evaluation, input: isReplaced ? withoutOpen : input, ...(clock !== undefined && { clock }) };
}
