// Handles the command `list`: people with pending actions or problems at a Target.
import { listGroups, type ListedGroup, type ListItem, type ListOptions, type ListReport } from '../../../admin/reports/list-report.ts';
import { StoreError, messageOf } from '../../../domain/errors.ts';
import type { SubjectRef } from '../../../domain/ids.ts';
import type { Target, TargetDefinition } from '../../../domain/target.ts';
import { evaluateSubjects } from '../../engine/planning/evaluate-subject.ts';
import type { SubjectPlanned } from '../../engine/planning/plan-page.ts';
import { describePersonStep } from '../../story/describe-next-step.ts';
import { describeObstacle } from '../../story/describe-obstacle.ts';
import { usageError } from '../parse-input.ts';
import { describeUnplanned } from './describe-unplanned.ts';
import type { HandlerDeps } from './handler-deps.ts';
import { countGroups, readGroup, type GroupPage, type ListedSubject } from './list-groups.ts';
import { labelPeople, toLabel } from './person-label.ts';
import { previewDraft, toNoRowPage } from './preview-draft.ts';
import { requireTarget } from './look-up-targets.ts';
import { toStoryInputs } from './story-inputs.ts';

/** Default number of people listed in each group. */
const defaultLimit = 50;

/** All groups with pending actions or problems. Rejected removals have neither. */
const defaultGroups = listGroups.filter((group) => group !== 'rejected');

/**
 * People with pending actions or problems at a Target, each with the reason and the next step. Reads one page of each group; for a draft,
 * plans everyone.
 * @throws {CommandRefused} if the Target does not exist; {DaemonError} `usage` if `after` is set and there are several groups.
 */
export async function listPeople(deps: HandlerDeps, name: string, options: ListOptions = {}): Promise<ListReport> {
  const { groups = defaultGroups, limit = defaultLimit, after } = options;
  if (after !== undefined && groups.length !== 1) throw usageError('after: requires exactly one group');
  const files = deps.readFiles();
  const target = await requireTarget(deps, name, files);
  const definition = target.definition ?? files.fileDefinitions.get(name);
  const now = deps.engineDeps.clock.now();
  const counts = await countGroups(deps.engineDeps.store, name, groups);
  // A preview is expensive because it plans everyone. Later pages require one only for the group `noRow`.
  const needsDraft = target.state === 'draft' && (after === undefined || groups.includes('noRow'));
  const draft = needsDraft && definition !== undefined ? await previewDraft(deps, target, definition, { limit, after }) : undefined;
  const listed: ListedGroup[] = [];
  for (const group of groups) {
    const planned = group === 'noRow' && draft !== undefined && draft !== 'unknown' ? draft : undefined;
    const found = planned === undefined ? readGroup(deps.engineDeps.store, name, group, limit, after) : toNoRowPage(planned, limit, now);
    const page = await describePage(deps, target, definition, await found);
    listed.push({ group, count: planned?.heldBackCount ?? counts.get(group) ?? 0, ...page });
  }
  const notes = after === undefined ? await describeUnplanned(deps, target, draft) : [];
  return {
    now,
    target: name,
    state: target.state,
    obstacle: describeObstacle(target, { now, running: deps.running }),
    notes,
    groups: listed,
  };
}

async function describePage(
  deps: HandlerDeps,
  target: Target,
  definition: TargetDefinition | undefined,
  { page, next }: GroupPage,
): Promise<Pick<ListedGroup, 'items' | 'next'>> {
  const { store } = deps.engineDeps;
  const subjects = page.map(({ subject }) => subject);
  const [steps, shadows] = await Promise.all([
    describeSteps(deps, target, definition, subjects),
    store.shadows.get(target.name, subjects).then((found) => new Map(found.map((shadow) => [shadow.subject.id, shadow]))),
  ]);
  const known = page.map(({ subject, rows }) => ({ subject, rows: shadows.get(subject.id)?.sent ?? rows }));
  const labels = await labelPeople(deps.engineDeps, definition?.match ?? [], known);
  const items = page.map((one): ListItem => toItem(one, labels.get(one.subject.id), steps.get(one.subject.id)));
  return { items, ...(next !== undefined && { next }) };
}

function toItem({ subject, state, action, reason, since }: ListedSubject, person: ListItem['person'] | undefined, next = ''): ListItem {
  return { person: person ?? toLabel(undefined, subject.id), state, ...(action !== undefined && { action }), reason, since, next };
}

/** The next step of each person, as in `why`. An invalid definition must not hide the people on the list. */
async function describeSteps(
  deps: HandlerDeps,
  target: Target,
  definition: TargetDefinition | undefined,
  subjects: readonly SubjectRef[],
): Promise<ReadonlyMap<string, string>> {
  if (definition === undefined || subjects.length === 0) return new Map();
  let evaluated: readonly SubjectPlanned[];
  try {
    evaluated = await evaluateSubjects(deps.engineDeps, definition, subjects);
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const why = `The next step is unknown: ${messageOf(error)}.`;
    return new Map(subjects.map(({ id }) => [id, why]));
  }
  const inputs = await toStoryInputs(deps, target, evaluated);
  return new Map(inputs.map((input, index) => [evaluated[index]?.selected.subject.id ?? '', describePersonStep(input)]));
}
