// Handles the command `plan TARGET PERSON`: the planned actions for one person.
import type { PersonPlan, PersonPlanReport, PlannedField } from '../../../admin/reports/person-plan-report.ts';
import type { OutboundRecord } from '../../../domain/record.ts';
import type { Target, TargetDefinition } from '../../../domain/target.ts';
import { keepPinned } from '../../engine/definition/compile-target.ts';
import type { SubjectEvaluation } from '../../engine/planning/evaluate-subject.ts';
import { nextStep } from '../../story/describe-next-step.ts';
import { describeStory } from '../../story/describe-story.ts';
import type { HandlerDeps } from './handler-deps.ts';
import { explainByFile } from './explain-by-file.ts';
import { findPeople } from './find-people.ts';
import { requireFileDefinition, requireTarget } from './look-up-targets.ts';
import { toLabel } from './person-label.ts';

/**
 * The actions for one person if the Target's file were applied now, and their reasons. Does not write to the store or contact the Target.
 */
export async function planPerson(deps: HandlerDeps, name: string, text: string): Promise<PersonPlanReport> {
  const files = deps.readFiles();
  const target = await requireTarget(deps, name, files);
  const found = await findPeople(deps, text);
  const fileDefinition = await keepPinned(deps.engineDeps, target.definition, requireFileDefinition(files, target));
  const people = found.map(({ id, view }) => ({ ...toLabel(view, id), ...(view !== undefined && { source: view.source }) }));
  const [only, ...others] = found;
  const plan = only === undefined || others.length > 0 ? {} : { plan: await explain(deps, target, fileDefinition, only.id) };
  return { target: name, state: target.state, people, ...plan };
}

async function explain(deps: HandlerDeps, target: Target, fileDefinition: TargetDefinition, id: string): Promise<PersonPlan> {
  const evaluation = await explainByFile(deps, target, fileDefinition, id);
  const { planned, compiledTarget, input, clock } = evaluation;
  const { accepted } = describeStory(input);
  return {
    conditions: planned.view === undefined ? [] : compiledTarget.compiled.scope(planned.view).conditions,
    fields: planned.desired.is === 'leaving' || planned.desired.is === 'absent' ? [] : toFields(evaluation, fileDefinition),
    ...(planned.desired.is === 'heldBack' && { noRow: planned.desired.why }),
    ...(accepted !== undefined && { accepted }),
    ...(planned.plan.want !== undefined && { action: planned.plan.want.action }),
    ...(clock !== undefined && { clock: clock.is }),
    next: nextStep(input),
  };
}

/** Every field of the Mapping with its values in all rows, and how these were altered. */
function toFields({ planned: { view }, compiledTarget }: SubjectEvaluation, fileDefinition: TargetDefinition): readonly PlannedField[] {
  if (view === undefined) return [];
  const mapped = compiledTarget.compiled.map(view);
  const rows: readonly OutboundRecord[] = mapped.is === 'rows' ? mapped.rows : [mapped.partial];
  const notes = new Map(mapped.is === 'rows' ? mapped.notes.map(({ field, text }) => [field, text]) : [[mapped.field, 'is not valid']]);
  return Object.entries(fileDefinition.mapping).map(([field, rule]) => {
    const note = notes.get(field);
    const values = rows.map((row) => row[field]).filter((value) => value !== undefined);
    return { field, values, from: rule.from ?? JSON.stringify(rule.value), ...(note !== undefined && { note }) };
  });
}
