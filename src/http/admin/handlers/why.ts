import { toOwnCommand } from '../../../domain/own-command.ts';
import type { WhyReport } from '../../../admin/api.ts';
import type { PersonView } from '../../../domain/person-view.ts';
import { StoreError, messageOf } from '../../../domain/errors.ts';
import { personSubject } from '../../../domain/ids.ts';
import type { Target, TargetDefinition } from '../../../domain/target.ts';
import { showTime } from '../../../domain/wording.ts';
import { findFaults } from '../../../engine/definition-faults.ts';
import { evaluateSubject } from '../../../engine/evaluate-subject.ts';
import type { Story } from '../../../story/story.ts';
import { describeStory } from '../../../story/describe-story.ts';
import type { HandlerDeps, SiteFiles } from './handler-deps.ts';
import { findPeople } from './find-people.ts';
import { readTargets, toLabel } from './plan.ts';
import { toStoryInputs } from './story-inputs.ts';

/** Settled Deliveries that a Story tells. */
const historyLength = 10;

const nobodyHere =
  'nobody is here by this text, and no target holds a record that is found by it: nothing came, or it was deleted long ago (then ask by id)';

/** Explains one person at every Target. A text that means nobody or several people is answered too. */
export async function explainPerson(deps: HandlerDeps, text: string): Promise<WhyReport> {
  const files = deps.readFiles();
  const [found, ...others] = await findPeople(deps, text);
  if (found === undefined) return { people: [], arrival: nobodyHere, stories: [], untold: [] };
  const { id, view: person } = found;
  if (others.length > 0) {
    const people = [found, ...others].map((one) => ({
      ...toLabel(one.view, one.id),
      ...(one.view !== undefined && { source: one.view.source }),
    }));
    const arrival = person === undefined ? 'several who are gone are meant: ask by id' : 'several people are meant: say it more exactly';
    return { people, arrival, stories: [], untold: [] };
  }
  const stories: Story[] = [];
  const untold: WhyReport['untold'][number][] = [];
  for (const target of await readTargets(deps, files)) {
    const told = await explainOrReport(deps, target, files, id, person);
    if ('story' in told) stories.push(told.story);
    else untold.push({ target: target.name, why: told.untold });
  }
  return { people: [toLabel(person, id)], arrival: await describeArrival(deps, id, person), stories, untold };
}

async function describeArrival(deps: HandlerDeps, id: string, person: PersonView | undefined): Promise<string> {
  const change = await deps.engineDeps.store.changes.lastOf(id);
  const when = change === undefined ? '' : ` at ${showTime(change.at)} (request ${change.request})`;
  if (person === undefined) return `deleted by the directory${when}`;
  const state = person.active ? 'active' : 'not active: blocked, unassigned, out of the scoping filter or deleted in the directory';
  return `staged from the source ${person.source}, ${state}; the last change came${when === '' ? ' earlier' : when}`;
}

/** One Target that cannot tell must not silence the others: why it cannot is what there is to say. */
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
    return { story: await tell(deps, target, definition, id, person) };
  } catch (error) {
    if (error instanceof StoreError) throw error;
    return { untold: toCheck(faults.join('; ') || undefined) ?? messageOf(error) };
  }
}

function describeUndefined({ name, state }: Target): string {
  if (state !== 'orphaned') return `its file has problems and nothing was applied yet; see: ${toOwnCommand('check')}`;
  return `its file is gone and nothing was applied yet; if it is no longer needed: ${toOwnCommand('forget', name)}`;
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
  const [{ planned, compiledTarget }, history] = await Promise.all([
    evaluateSubject(deps.engineDeps, definition, subject),
    store.outbox.history(target.name, subject, historyLength),
  ]);
  const [input] = await toStoryInputs(deps.engineDeps, target, [planned]);
  if (input === undefined) throw new Error('one look has one story');
  return describeStory({ ...input, conditions: person === undefined ? [] : compiledTarget.compiled.scope(person).conditions, history });
}
