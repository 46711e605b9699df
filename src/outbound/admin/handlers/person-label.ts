// Finds the name under which a person is shown.
import type { PersonLabel } from '../../../admin/reports/person-label.ts';
import type { SubjectId, SubjectRef } from '../../../domain/ids.ts';
import type { PersonView } from '../../../domain/person-view.ts';
import type { OutboundRecord } from '../../../domain/record.ts';
import type { EngineDeps } from '../../engine/deps.ts';

/** A Subject with the rows that the Target was sent or will be sent for it. */
export interface SubjectRows {
  readonly subject: SubjectRef;
  readonly rows: readonly OutboundRecord[];
}

/**
 * The label of a person in output: names from the directory; for a deleted person, the first match field in the last row. `match` contains
 * the match alternatives of the definition.
 */
export function labelPerson(
  view: PersonView | undefined,
  { subject, rows }: SubjectRows,
  match: readonly (readonly string[])[],
): PersonLabel {
  if (view !== undefined) return { id: view.id, displayName: view.displayName, userName: view.userName };
  const values = match.flat().map((field) => rows[0]?.[field]);
  const texts = values.flatMap((value) => (typeof value === 'string' || typeof value === 'number' ? [String(value)] : []));
  return { id: subject.id, displayName: '', userName: texts.find((text) => text !== '') ?? '', deleted: true };
}

/** Labels of up to 500 people, by id. */
export async function labelPeople(
  { staging, attributes }: Pick<EngineDeps, 'staging' | 'attributes'>,
  match: readonly (readonly string[])[],
  known: readonly SubjectRows[],
): Promise<ReadonlyMap<SubjectId, PersonLabel>> {
  const views = await staging.people.views(
    known.map(({ subject }) => subject.id),
    attributes,
  );
  return new Map(known.map((one) => [one.subject.id, labelPerson(views.get(one.subject.id), one, match)]));
}

/** The label of a person with a view; without one, only the id. */
export function toLabel(view: PersonView | undefined, id = ''): PersonLabel {
  return { id: view?.id ?? id, displayName: view?.displayName ?? '', userName: view?.userName ?? '' };
}
