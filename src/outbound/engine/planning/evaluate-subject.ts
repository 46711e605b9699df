// Evaluates what the planner would do for single Subjects, without writing to the store.
import type { SubjectRef } from '../../../domain/ids.ts';
import type { TargetDefinition } from '../../../domain/target.ts';
import { compileTarget, type CompiledTarget } from '../definition/compile-target.ts';
import type { EngineDeps } from '../deps.ts';
import { readContacts } from './plan-frame.ts';
import { planPage, type SubjectPlanned } from './plan-page.ts';

/** The planner's result for one Subject, and the compiled definition that was used. */
export interface SubjectEvaluation {
  readonly planned: SubjectPlanned;
  readonly compiledTarget: CompiledTarget;
}

/** Plans one Subject as a Run would. Does not write to the store or contact the Target. */
export async function evaluateSubject(deps: EngineDeps, definition: TargetDefinition, subject: SubjectRef): Promise<SubjectEvaluation> {
  const { compiledTarget, planned } = await planSubjects(deps, definition, [subject]);
  const [only] = planned;
  if (only === undefined) throw new Error('Internal error: expected one plan, found none');
  return { planned: only, compiledTarget };
}

/**
 * Plans up to 500 Subjects, each as if it were planned alone. Returns one result for each, in the same order. Does not write to the store
 * or contact the Target.
 */
export async function evaluateSubjects(
  deps: EngineDeps,
  definition: TargetDefinition,
  subjects: readonly SubjectRef[],
): Promise<readonly SubjectPlanned[]> {
  return (await planSubjects(deps, definition, subjects)).planned;
}

async function planSubjects(deps: EngineDeps, definition: TargetDefinition, subjects: readonly SubjectRef[]) {
  const connection = deps.connect(definition, 'read');
  try {
    const compiledTarget = await compileTarget(deps, definition, connection);
    const now = deps.clock.now();
    const frame = { definition, compiledTarget, at: now, now, contacts: await readContacts(deps) };
    const selection = subjects.map((subject) => ({ subject, cause: 'asked', isRecheck: false }) as const);
    const page = await planPage(deps, { ...frame, takenOver: new Set(), exchanged: new Set() }, selection);
    // Omits the people with whom they exchange match keys, because these were not requested.
    const planned = page.slice(0, subjects.length);
    return { planned, compiledTarget };
  } finally {
    await connection.close();
  }
}
