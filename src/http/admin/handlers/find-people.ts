import { personSubject, type SubjectId } from '../../../domain/ids.ts';
import type { PersonView } from '../../../domain/person-view.ts';
import { toMatchKeys } from '../../../domain/record.ts';
import { usageError } from '../parse-input.ts';
import type { HandlerDeps } from './handler-deps.ts';

/** Most people that an unclear name lists. */
const maxPeople = 20;

/** A person that a text can mean; without a view it was deleted. */
export interface FoundPerson {
  readonly id: SubjectId;
  readonly view?: PersonView;
}

/**
 * Whom a technician can mean: people by id, userName, e-mail or a part of the name, else deleted ones by id or match field. At most 20.
 * @throws {DaemonError} `usage` for an empty text.
 */
export async function findPeople(deps: HandlerDeps, text: string): Promise<readonly FoundPerson[]> {
  if (text.trim() === '') throw usageError('name a person: userName, e-mail, id or a part of the name');
  const { store, attributes } = deps.engineDeps;
  const people = await store.people.search(text, maxPeople, attributes);
  if (people.length > 0) return people.map((view) => ({ id: view.id, view }));
  return (await findGone(deps, text)).map((id) => ({ id }));
}

/** Ids of deleted people: the text itself, or whose record at a Target has it as a match field. */
async function findGone(deps: HandlerDeps, text: string): Promise<readonly SubjectId[]> {
  const { store } = deps.engineDeps;
  const subject = personSubject(text);
  const known = (await store.shadows.of(subject)).length > 0 || (await store.changes.lastOf(text)) !== undefined;
  if (known) return [text];
  const found = new Set<SubjectId>();
  for (const { name, definition } of await store.targets.list()) {
    if (definition === undefined) continue;
    const keys = toMatchKeys(definition.match, Object.fromEntries(definition.match.flat().map((field) => [field, text])));
    const claims = await store.shadows.claims(name, [{ subject, keys }]);
    for (const claim of claims.flatMap(({ by }) => by)) found.add(claim.subject.id);
  }
  return [...found].slice(0, maxPeople);
}
