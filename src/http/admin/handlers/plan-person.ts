import type { PersonPlan, PersonPlanReport, PlannedField } from '../../../admin/api.ts';
import { personSubject } from '../../../domain/ids.ts';
import type { OutboundRecord } from '../../../domain/record.ts';
import type { Target, TargetDefinition } from '../../../domain/target.ts';
import { keepPinned } from '../../../engine/compiled.ts';
import { lookAtSubject, type Look } from '../../../engine/look.ts';
import { tellPersonStep } from '../../../story/next-step.ts';
import { tellStory } from '../../../story/tell-story.ts';
import type { HandlerDeps } from './deps.ts';
import { findPeople } from './find-people.ts';
import { requireTarget, requireWish, toLabel } from './plan.ts';
import { toStoryInputs } from './story-inputs.ts';

/** What would be done for one person if the Target's file were applied now, and how that comes. Writes nothing, sends nothing. */
export async function planPerson(deps: HandlerDeps, name: string, text: string): Promise<PersonPlanReport> {
  const files = deps.readFiles();
  const target = await requireTarget(deps, name, files);
  const found = await findPeople(deps, text);
  const wish = await keepPinned(deps.engineDeps, target.definition, requireWish(files, target));
  const people = found.map(({ id, view }) => ({ ...toLabel(view, id), ...(view !== undefined && { source: view.source }) }));
  const [only, ...others] = found;
  const plan = only === undefined || others.length > 0 ? {} : { plan: await explain(deps, target, wish, only.id) };
  return { target: name, state: target.state, people, ...plan };
}

async function explain(deps: HandlerDeps, target: Target, wish: TargetDefinition, id: string): Promise<PersonPlan> {
  const look = await lookAtSubject(deps.engineDeps, wish, personSubject(id));
  const { planned, judge } = look;
  const [input] = await toStoryInputs(deps.engineDeps, target, [planned]);
  if (input === undefined) throw new Error('one look has one story');
  const story = tellStory(input);
  return {
    conditions: planned.view === undefined ? [] : judge.compiled.scope(planned.view).conditions,
    fields: planned.desired.is === 'leaving' || planned.desired.is === 'absent' ? [] : toFields(look, wish),
    ...(planned.desired.is === 'heldBack' && { noRow: planned.desired.why }),
    ...(story.accepted !== undefined && { accepted: story.accepted }),
    ...(planned.plan.want !== undefined && { action: planned.plan.want.action }),
    next: tellPersonStep(input),
  };
}

/** Every field of the Mapping, with the values of all rows and what was done to them. */
function toFields({ planned: { view }, judge }: Look, wish: TargetDefinition): readonly PlannedField[] {
  if (view === undefined) return [];
  const mapped = judge.compiled.map(view);
  const rows: readonly OutboundRecord[] = mapped.is === 'rows' ? mapped.rows : [mapped.partial];
  const notes = new Map(mapped.is === 'rows' ? mapped.notes.map(({ field, text }) => [field, text]) : [[mapped.field, 'is not valid']]);
  return Object.entries(wish.mapping).map(([field, rule]) => {
    const note = notes.get(field);
    const values = rows.map((row) => row[field]).filter((value) => value !== undefined);
    return { field, values, from: rule.from ?? JSON.stringify(rule.value), ...(note !== undefined && { note }) };
  });
}
