// Handles the command `why`: explains one person at every Target.
import { toOwnCommand } from '../../../domain/own-command.ts';
import type { PersonLabel } from '../../../admin/reports/person-label.ts';
import type { WhyReport } from '../../../admin/reports/why-report.ts';
import type { PersonView } from '../../../domain/person-view.ts';
import { StoreError, messageOf } from '../../../domain/errors.ts';
import { personSubject } from '../../../domain/ids.ts';
import type { Target, TargetDefinition } from '../../../domain/target.ts';
import { describeClockChange } from '../../../domain/sentences.ts';
import { showTime } from '../../../domain/wording.ts';
import { keepPinned } from '../../engine/definition/compile-target.ts';
import { findFaults } from '../../engine/definition/definition-faults.ts';
import { evaluateSubject } from '../../engine/planning/evaluate-subject.ts';
import { describeMissingGroup, findMissingGroups } from '../../engine/definition/missing-groups.ts';
import type { Story } from '../../story/story.ts';
import { describePersonStep } from '../../story/describe-next-step.ts';
import { describeStory } from '../../story/describe-story.ts';
import type { HandlerDeps, SiteFiles } from './handler-deps.ts';
import { explainByFile, type ByFile } from './explain-by-file.ts';
import { findPeople, findSimilar } from './find-people.ts';
import { readTargets } from './look-up-targets.ts';
import { labelPerson, toLabel } from './person-label.ts';
import { toStoryInputs } from './story-inputs.ts';

/** Max number of completed Deliveries in a Story. */
const historyLength = 10;

/** Max number of similar people that are proposed. */
const maxSimilar = 3;

const noMatch =
  'no person matches, and no stored data of a deleted person matches: the person was never received, or was deleted long ago (then search by id)';

/** Explains one person at every Target. If the text matches no person or several people, the report says so. */
export async function explainPerson(deps: HandlerDeps, text: string): Promise<WhyReport> {
  const files = deps.readFiles();
  const [found, ...others] = await findPeople(deps, text);
  if (found === undefined) {
    return { people: [], arrival: noMatch, similar: await findSimilar(deps, text, maxSimilar), stories: [], untold: [] };
  }
  const { id, view: person } = found;
  const label = person === undefined ? await labelDeleted(deps, id) : toLabel(person);
  if (others.length > 0) {
    const people = await Promise.all(
      [found, ...others].map(async (one) =>
        one.view === undefined ? labelDeleted(deps, one.id) : { ...toLabel(one.view), source: one.view.source },
      ),
    );
    const arrival = person === undefined ? 'several deleted people match: search by id' : 'several people match: be more specific';
    return { people, arrival, stories: [], untold: [] };
  }
  const stories: Story[] = [];
  const untold: WhyReport['untold'][number][] = [];
  for (const target of await readTargets(deps, files)) {
    const told = await explainOrReport(deps, target, files, id, person);
    if ('story' in told) stories.push(told.story);
    else untold.push({ target: target.name, why: told.untold });
  }
  return { people: [label], arrival: await describeArrival(deps, id, person), stories, untold };
}

/** A deleted person by the last record that a Target was sent; only by id if none is stored. */
async function labelDeleted({ engineDeps: { store } }: HandlerDeps, id: string): Promise<PersonLabel> {
  const subject = personSubject(id);
  for (const { name, definition } of await store.targets.list()) {
    const [last] = await store.outbox.history(name, subject, 1);
    const label = last === undefined ? undefined : labelPerson(undefined, last, definition?.match ?? []);
    if (label !== undefined && label.userName !== '') return label;
  }
  return { id, displayName: '', userName: '', deleted: true };
}

/** When a person was deleted in the directory, as the last removal of the person has it: the Change itself may be forgotten. */
async function findDeletionTime({ engineDeps: { store } }: HandlerDeps, id: string): Promise<Date | undefined> {
  const subject = personSubject(id);
  const times = (await store.shadows.of(subject)).flatMap(({ leaving }) => (leaving?.reason === 'gone' ? [leaving.since] : []));
  for (const { name } of await store.targets.list()) {
    const history = await store.outbox.history(name, subject, historyLength);
    times.push(...history.flatMap(({ removal }) => (removal?.reason === 'gone' ? [removal.since] : [])));
  }
  return times[0];
}

async function describeArrival(deps: HandlerDeps, id: string, person: PersonView | undefined): Promise<string> {
  const change = await deps.engineDeps.staging.changes.lastOf(id);
  const when = change === undefined ? '' : ` at ${showTime(change.at)} (request ${change.request})`;
  if (person === undefined) {
    const at = change === undefined ? await findDeletionTime(deps, id) : undefined;
    return `deleted in the directory${at === undefined ? when : ` at ${showTime(at)}`}`;
  }
  const state = person.active
    ? 'active'
    : 'not active: blocked, unassigned, excluded by the scoping filter, or soft-deleted in the directory';
  return `staged from the source ${person.source}, ${state}; ${change === undefined ? 'the last change is no longer recorded' : `last changed${when}`}`;
}

/** If one Target cannot be explained, the reason is reported and the other Targets are still explained. */
async function explainOrReport(
  deps: HandlerDeps,
  target: Target,
  files: SiteFiles,
  id: string,
  person: PersonView | undefined,
): Promise<{ readonly story: Story } | { readonly untold: string }> {
  const definition = target.unreadable === undefined ? (target.definition ?? files.fileDefinitions.get(target.name)) : undefined;
  const faults = await findFaults(deps.engineDeps, target);
  if (definition === undefined) return { untold: toCheck(faults[0]) ?? describeUndefined(target) };
  try {
    const [story, edit] = await Promise.all([
      tell(deps, target, definition, id, person),
      describeEdit(deps, target, files.fileDefinitions.get(target.name), id),
    ]);
    return { story: { ...story, ...(edit !== undefined && { edit }) } };
  } catch (error) {
    if (error instanceof StoreError) throw error;
    return { untold: toCheck(faults.join('; ') || undefined) ?? messageOf(error) };
  }
}

function describeUndefined({ name, state }: Target): string {
  if (state !== 'orphaned') return `its file has problems and nothing was applied yet; see: ${toOwnCommand('check')}`;
  return `its file is missing and nothing was applied yet; if it is no longer needed: ${toOwnCommand('forget', name)}`;
}

function toCheck(fault: string | undefined): string | undefined {
  return fault === undefined ? undefined : `${fault}; see: ${toOwnCommand('check')}`;
}

async function tell(
  deps: HandlerDeps,
  target: Target,
  definition: TargetDefinition,
  id: string,
  person: PersonView | undefined,
): Promise<Story> {
  const { store } = deps.engineDeps;
  const subject = personSubject(id);
  const [{ planned, compiledTarget }, history, missing] = await Promise.all([
    evaluateSubject(deps.engineDeps, definition, subject),
    store.outbox.history(target.name, subject, historyLength),
    person === undefined ? [] : findMissingGroups(deps.engineDeps, definition),
  ]);
  const [input] = await toStoryInputs(deps, target, [planned]);
  if (input === undefined) throw new Error('Internal error: expected one story, found none');
  const conditions = person === undefined ? [] : compiledTarget.compiled.scope(person).conditions;
  const story = describeStory({ ...input, conditions, history });
  return missing.length === 0 ? story : { ...story, missingGroups: missing.map(describeMissingGroup) };
}

/** The changes for the person if the edited file of an applied Target were applied; `undefined` if there are none. */
async function describeEdit(
  deps: HandlerDeps,
  target: Target,
  fileDefinition: TargetDefinition | undefined,
  id: string,
): Promise<string | undefined> {
  const { definition, name } = target;
  if (definition === undefined || fileDefinition === undefined || deps.compare(definition, fileDefinition).waiting.length === 0) {
    return undefined;
  }
  try {
    const wanted = await keepPinned(deps.engineDeps, definition, fileDefinition);
    const [now, then] = await Promise.all([definition, wanted].map((one) => explainByFile(deps, target, one, id)));
    if (now === undefined || then === undefined || toOutcome(now) === toOutcome(then)) return undefined;
    return [
      `The file of ${name} has changed but is not applied yet. If you apply it:`,
      ...(then.clock === undefined ? [] : [describeClockChange(then.clock.is)]),
      describePersonStep(then.input),
      `See: ${toOwnCommand('plan', name)}.`,
    ].join(' ');
  } catch (error) {
    if (error instanceof StoreError) throw error;
    // `plan` reports why the edit cannot be planned. The applied definition is still explained.
    return undefined;
  }
}

/** A text that is equal for two evaluations if they result in the same actions and leaver delay. */
function toOutcome({ planned: { plan }, clock }: ByFile): string {
  const { want } = plan;
  const due = clock === undefined ? [] : [clock.is, clock.clock.reason, clock.clock.condition, clock.clock.step];
  return JSON.stringify([want?.action, want?.hash, want?.removal?.reason, plan.supersedes.map((delivery) => delivery.id), due]);
}
