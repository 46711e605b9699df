// Evaluates what the planner would do for single Subjects, without writing.
import type { SubjectRef } from '../../../domain/ids.ts';
import type { TargetDefinition } from '../../../domain/target.ts';
import { compileTarget, type CompiledTarget } from '../definition/compile-target.ts';
import type { EngineDeps } from '../deps.ts';
import { readContacts } from './plan-frame.ts';
import { planPage, type SubjectPlanned } from './plan-page.ts';

/** The planner's result for one Subject now, and the compiled definition that was used. */
export interface SubjectEvaluation {
  readonly planned: SubjectPlanned;
  readonly compiledTarget: CompiledTarget;
}

/** Looks at one Subject as the planner would. Writes nothing, sends nothing. */
export async function evaluateSubject(deps: EngineDeps, definition: TargetDefinition, subject: SubjectRef): Promise<SubjectEvaluation> {
  const { compiledTarget, planned } = await look(deps, definition, [subject]);
  const [only] = planned;
  if (only === undefined) throw new Error('Internal error: expected one plan, found none');
  return { planned: only, compiledTarget };
}

/** Looks at up to 500 Subjects, each as the planner would look at it alone. One plan for each, in their order. Writes nothing, sends nothing. */
export async function evaluateSubjects(
  deps: EngineDeps,
  definition: TargetDefinition,
  subjects: readonly SubjectRef[],
): Promise<readonly SubjectPlanned[]> {
  return (await look(deps, definition, subjects)).planned;
}

async function look(deps: EngineDeps, definition: TargetDefinition, subjects: readonly SubjectRef[]) {
  const connection = deps.connect(definition, 'read');
  try {
    const compiledTarget = await compileTarget(deps, definition, connection);
    const now = deps.clock.now();
    const frame = { definition, compiledTarget, at: now, now, contacts: await readContacts(deps) };
    const looks = subjects.map((subject) => ({ subject, cause: 'asked', isRecheck: false }) as const);
    const page = await planPage(deps, { ...frame, takenOver: new Set(), exchanged: new Set() }, looks);
    // Removes the people with whom they exchange match keys: they were not requested.
    const planned = page.slice(0, subjects.length);
    return { planned, compiledTarget };
  } finally {
    await connection.close();
  }
}
