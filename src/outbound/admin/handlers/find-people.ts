// Finds people by userName, e-mail, id or part of the name.
import { personSubject, type SubjectId } from '../../../domain/ids.ts';
import type { PersonView } from '../../../domain/person-view.ts';
import { toMatchKeys } from '../../../domain/record.ts';
import { usageError } from '../parse-input.ts';
import type { HandlerDeps } from './handler-deps.ts';

/** Maximum number of people listed for an ambiguous name. */
const maxPeople = 20;

/** A person who matches a text; a deleted person has no view. */
export interface FoundPerson {
  readonly id: SubjectId;
  readonly view?: PersonView;
}

/**
 * The people who match a text by id, userName, e-mail or part of the name; if there are none, deleted people who match it by id or match
 * field. At most 20. An exact match on id or userName returns only that person, even if another person has the text as e-mail.
 * @throws {DaemonError} `usage` for an empty text.
 */
export async function findPeople(deps: HandlerDeps, text: string): Promise<readonly FoundPerson[]> {
  if (text.trim() === '') throw usageError('enter a userName, e-mail, id or part of the name');
  const { staging, attributes } = deps.engineDeps;
  const people = await staging.people.search(text, maxPeople, attributes);
  const named = people.filter(({ id, userName }) => [id, userName].some((name) => name.toLowerCase() === text.trim().toLowerCase()));
  const found = named.length === 1 ? named : people;
  if (found.length > 0) return found.map((view) => ({ id: view.id, view }));
  return (await findDeleted(deps, text)).map((id) => ({ id }));
}

/** Ids of deleted people who have the text as id, or whose record at a Target has it as a match field. */
async function findDeleted(deps: HandlerDeps, text: string): Promise<readonly SubjectId[]> {
  const { store, staging } = deps.engineDeps;
  const subject = personSubject(text);
  const known = (await store.shadows.of(subject)).length > 0 || (await staging.changes.lastOf(text)) !== undefined;
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
