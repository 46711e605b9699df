// Finds deleted people by what the outbound store still has of them: records at the Targets, and Deliveries.
import { personSubject, type SubjectId } from '../../../domain/ids.ts';
import { toMatchKeys, type OutboundRecord } from '../../../domain/record.ts';
import type { EngineDeps } from '../../engine/deps.ts';
import { nextTurn } from '../../engine/next-turn.ts';

/** Number of Deliveries that are read at once. */
const pageSize = 500;

type DeletedDeps = Pick<EngineDeps, 'store' | 'staging'>;

/**
 * Ids of deleted people: the text itself, or people whose record at a Target has the text as a match field, or people whose records in
 * Deliveries contain every word of the text. At most `limit`.
 */
export async function findDeleted(deps: DeletedDeps, text: string, limit: number): Promise<readonly SubjectId[]> {
  const { store, staging } = deps;
  const known = (await store.shadows.of(personSubject(text))).length > 0 || (await staging.changes.lastOf(text)) !== undefined;
  if (known) return [text];
  const found = await findByRecord(deps, text);
  return (found.size > 0 ? [...found] : await findByDelivery(deps, text, limit)).slice(0, limit);
}

async function findByRecord({ store }: DeletedDeps, text: string): Promise<ReadonlySet<SubjectId>> {
  const found = new Set<SubjectId>();
  for (const { name, definition } of await store.targets.list()) {
    if (definition === undefined) continue;
    const keys = toMatchKeys(definition.match, Object.fromEntries(definition.match.flat().map((field) => [field, text])));
    const claims = await store.shadows.claims(name, [{ subject: personSubject(text), keys }]);
    for (const claim of claims.flatMap(({ by }) => by)) found.add(claim.subject.id);
  }
  return found;
}

/** Deliveries are kept for `keep.journal`; the newest are read first. No index has the names: this reads all of them if no one matches. */
async function findByDelivery({ store, staging }: DeletedDeps, text: string, limit: number): Promise<readonly SubjectId[]> {
  const words = text
    .toLowerCase()
    .split(/[\s,;]+/)
    .filter((word) => word !== '');
  if (words.length === 0) return [];
  const found = new Set<SubjectId>();
  for (let before: number | undefined, more = true; more && found.size < limit;) {
    const page = await store.outbox.page(pageSize, before);
    const ids = page.filter(({ rows }) => hasWords(rows, words)).map(({ subject }) => subject.id);
    for (const id of ids.length === 0 ? [] : await staging.people.departed([...new Set(ids)])) found.add(id);
    before = page.at(-1)?.id;
    more = page.length === pageSize;
    await nextTurn();
  }
  return [...found];
}

function hasWords(rows: readonly OutboundRecord[], words: readonly string[]): boolean {
  return rows.some((row) => {
    const values = JSON.stringify(Object.values(row)).toLowerCase();
    return words.every((word) => values.includes(word));
  });
}
