// Reads the inputs of Stories from the store and the engine.
import type { Hold } from '../../../domain/delivery.ts';
import type { SourceId, SubjectId } from '../../../domain/ids.ts';
import type { PersonView } from '../../../domain/person-view.ts';
import type { Target } from '../../../domain/target.ts';
import { fileOf } from '../../engine/target-lifecycle.ts';
import type { SubjectPlanned } from '../../engine/planning/plan-page.ts';
import type { StoryInput } from '../../story/story-input.ts';
import type { HandlerDeps } from './handler-deps.ts';

/**
 * The inputs of the Stories of people at one Target: one for each evaluated person, in the same order. Conditions and history are empty,
 * because the caller adds them. Accepts at most 500 people.
 */
export async function toStoryInputs(
  { engineDeps, running }: Pick<HandlerDeps, 'engineDeps' | 'running'>,
  target: Target,
  evaluated: readonly SubjectPlanned[],
): Promise<readonly StoryInput[]> {
  const { store, staging, clock, attributes } = engineDeps;
  const holds = evaluated.some(({ open }) => open?.hold !== undefined) ? await store.outbox.holds(target.name) : [];
  const isParked = evaluated.some(({ open }) => open?.state === 'parked');
  const takesFiles = isParked && target.definition !== undefined && (await fileOf(engineDeps, target.definition)) !== undefined;
  const others = [...new Set(evaluated.flatMap(({ plan }) => plan.blockedBy?.map(({ id }) => id) ?? []))];
  const blockers = new Map<SubjectId, PersonView>();
  for (let from = 0; from < others.length; from += 500) {
    for (const [id, view] of await staging.people.views(others.slice(from, from + 500), attributes)) blockers.set(id, view);
  }
  const now = clock.now();
  return evaluated.map((evaluation) => toStoryInput(target, evaluation, { holds, blockers, takesFiles, now, running }));
}

interface StoryContext {
  readonly holds: readonly Hold[];
  readonly blockers: ReadonlyMap<SubjectId, PersonView>;
  readonly takesFiles: boolean;
  readonly now: Date;
  readonly running: boolean;
}

function toStoryInput(target: Target, evaluation: SubjectPlanned, { holds, blockers, takesFiles, now, running }: StoryContext): StoryInput {
  const { view, desired, plan, shadow, open, decision } = evaluation;
  const hold = open?.hold === undefined ? undefined : holds.find((one) => one.number === open.hold);
  return {
    target,
    person: view?.userName ?? evaluation.selected.subject.id,
    conditions: [],
    desired,
    plan,
    ...(shadow !== undefined && { shadow }),
    ...(open !== undefined && { open }),
    ...(hold !== undefined && { hold }),
    ...(takesFiles && { takesFiles }),
    blockedBy: plan.blockedBy?.map(({ id }) => nameBlocker(id, blockers.get(id), view?.source)) ?? [],
    history: [],
    ...(decision !== undefined && { decision }),
    now,
    running,
  };
}

/**
 * The name of the person who has the record. Includes the Source if it is a different one, because two directories then contain the same
 * person.
 */
export function nameBlocker(id: SubjectId, blocker: PersonView | undefined, source: SourceId | undefined): string {
  if (blocker === undefined) return id;
  return source === undefined || blocker.source === source ? blocker.userName : `${blocker.userName} from the source ${blocker.source}`;
}
