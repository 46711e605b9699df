// Finds people by userName, e-mail, id or part of the name, and similar names for hints.
import type { SubjectId } from '../../../domain/ids.ts';
import type { PersonView } from '../../../domain/person-view.ts';
import { usageError } from '../parse-input.ts';
import type { PersonLabel } from '../../../admin/reports/person-label.ts';
import { nextTurn } from '../../engine/next-turn.ts';
import { findDeleted } from './find-deleted.ts';
import type { HandlerDeps } from './handler-deps.ts';
import { isSimilar } from './match-people.ts';
import { toLabel } from './person-label.ts';

/** Maximum number of people listed for an ambiguous name. */
const maxPeople = 20;

/** A person who matches a text; a deleted person has no view. */
export interface FoundPerson {
  readonly id: SubjectId;
  readonly view?: PersonView;
}

/**
 * The people who match a text by id, userName, e-mail or part of the name; if there are none, deleted people who match it by id or by what is
 * still stored of their records. At most 20. An exact match on id or userName returns only that person, even if another person has the text as e-mail.
 * @throws {DaemonError} `usage` for an empty text.
 */
export async function findPeople(deps: HandlerDeps, text: string): Promise<readonly FoundPerson[]> {
  if (text.trim() === '') throw usageError('enter a userName, e-mail, id or part of the name');
  const { staging, attributes } = deps.engineDeps;
  const people = await staging.people.search(text, maxPeople, attributes);
  const named = people.filter(({ id, userName }) => [id, userName].some((name) => name.toLowerCase() === text.trim().toLowerCase()));
  const found = named.length === 1 ? named : people;
  if (found.length > 0) return found.map((view) => ({ id: view.id, view }));
  return (await findDeleted(deps.engineDeps, text.trim(), maxPeople)).map((id) => ({ id }));
}

/** The first people whose names or keys are similar to a text, at most `limit`, for a hint. Reads everyone if there are fewer. */
export async function findSimilar(deps: HandlerDeps, text: string, limit: number): Promise<readonly PersonLabel[]> {
  const { staging, attributes } = deps.engineDeps;
  const folded = text.trim().toLowerCase();
  const similar: PersonLabel[] = [];
  for await (const ids of staging.people.each()) {
    for (const view of (await staging.people.views(ids, attributes)).values()) {
      if (
        !isSimilar(
          folded,
          [view.displayName, view.userName, view.email].map((name) => name.toLowerCase()),
        )
      )
        continue;
      similar.push(toLabel(view));
      if (similar.length === limit) return similar;
    }
    await nextTurn();
  }
  return similar;
}
