import type { SubjectRef } from '../domain/ids.ts';
import type { TargetDefinition } from '../domain/target.ts';
import { compileJudge, type CompiledJudge } from './compiled.ts';
import type { EngineDeps } from './deps.ts';
import { planPage, readContacts, type SubjectPlanned } from './plan-page.ts';

/** What the planner would make of one Subject now, and the Judge that said so. */
export interface Look {
  readonly planned: SubjectPlanned;
  readonly judge: CompiledJudge;
}

/** Looks at one Subject as the planner would. Writes nothing, sends nothing. */
export async function lookAtSubject(deps: EngineDeps, definition: TargetDefinition, subject: SubjectRef): Promise<Look> {
  const connection = deps.connect(definition, 'read');
  try {
    const judge = await compileJudge(deps, definition, connection);
    const now = deps.clock.now();
    const frame = { definition, judge, at: now, now, contacts: await readContacts(deps), takenOver: new Set<string>() };
    const [planned] = await planPage(deps, frame, [{ subject, cause: 'asked', marked: false }]);
    if (planned === undefined) throw new Error('a page of one has one plan');
    return { planned, judge };
  } finally {
    await connection.close();
  }
}
