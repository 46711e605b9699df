// Selects the Subjects that a Run plans.
import { personSubject, type SubjectId, type SubjectRef } from '../../../domain/ids.ts';
import type { Cause } from '../../../domain/delivery.ts';
import type { NoRow } from '../../../store/outbound-reads.ts';
import type { OutboundStore } from '../../../store/outbound.ts';
import type { EngineDeps } from '../deps.ts';

/** The stores from which Subjects are read. */
type Stores = Pick<EngineDeps, 'store' | 'staging'>;

/** A Subject to plan, and the cause. `isRecheck`: it has a due Recheck, which planning deletes. */
export interface SelectedSubject {
  readonly subject: SubjectRef;
  readonly cause: Cause;
  readonly isRecheck: boolean;
}

/** Max number of Subjects that are planned together, and in one call to the store. */
export const pageSize = 500;

/** Number of Shadows read at once. It is smaller, because Shadows include their rows. */
const shadowPage = 100;

/**
 * Everyone, in pages, sorted by id, each once: people, Subjects of which the Target has a record, and Subjects without a valid row (so that
 * the entry of a deleted person is removed).
 */
export async function* allSubjects({ store, staging }: Stores, target: string, cause: Cause): AsyncIterable<readonly SelectedSubject[]> {
  const people = flatten(staging.people.each(pageSize), (id) => ({ subject: personSubject(id), cause, isRecheck: false }));
  const shadows = flatten(store.shadows.each(target, shadowPage), (shadow) => ({ subject: shadow.subject, cause, isRecheck: false }));
  const noRows = flatten(noRowPages(store, target), (row) => ({ subject: row.subject, cause, isRecheck: false }));
  yield* inPages(merge(merge(people, shadows), noRows));
}

/** Subjects that the Changes in (`after`, `upTo`] affect, or that have a due Recheck, in pages, sorted by id, each once. */
export async function* affectedSubjects(
  { store, staging }: Stores,
  target: string,
  range: { readonly after: number; readonly upTo: number; readonly rechecksUpTo: number; readonly now: Date },
): AsyncIterable<readonly SelectedSubject[]> {
  const changed = flatten(affectedPages(staging, range), (id): SelectedSubject => ({
    subject: personSubject(id),
    cause: 'change',
    isRecheck: false,
  }));
  const isRecheck = flatten(recheckPages(store, target, range), (recheck): SelectedSubject => ({
    subject: recheck.subject,
    cause: recheck.cause,
    isRecheck: true,
  }));
  yield* inPages(merge(changed, isRecheck));
}

async function* affectedPages(
  { changes }: EngineDeps['staging'],
  range: { readonly after: number; readonly upTo: number },
): AsyncIterable<readonly SubjectId[]> {
  for (let last: SubjectId | undefined; ;) {
    const page = await changes.affected(range.after, range.upTo, last, pageSize);
    yield page;
    last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
  }
}

async function* recheckPages(store: OutboundStore, target: string, range: { readonly rechecksUpTo: number; readonly now: Date }) {
  for (let last: SubjectId | undefined; ;) {
    const page = await store.rechecks.due(target, range.now, range.rechecksUpTo, last, pageSize);
    yield page;
    last = page.at(-1)?.subject.id;
    if (last === undefined || page.length < pageSize) return;
  }
}

async function* noRowPages(store: OutboundStore, target: string): AsyncIterable<readonly NoRow[]> {
  for (let last: SubjectId | undefined; ;) {
    const page = await store.noRows.page(target, last, pageSize);
    yield page;
    last = page.at(-1)?.subject.id;
    if (last === undefined || page.length < pageSize) return;
  }
}

async function* flatten<A, B>(pages: AsyncIterable<readonly A[]>, map: (item: A) => B): AsyncIterable<B> {
  for await (const page of pages) for (const item of page) yield map(item);
}

/**
 * Merges two streams that are sorted by Subject id. If both contain a Subject, uses the one of the first stream, with `isRecheck` if either
 * has it.
 */
async function* merge(first: AsyncIterable<SelectedSubject>, second: AsyncIterable<SelectedSubject>): AsyncIterable<SelectedSubject> {
  const left = first[Symbol.asyncIterator]();
  const right = second[Symbol.asyncIterator]();
  let a = await left.next();
  let b = await right.next();
  while (a.done !== true || b.done !== true) {
    if (b.done === true || (a.done !== true && a.value.subject.id < b.value.subject.id)) {
      if (a.done !== true) yield a.value;
      a = await left.next();
    } else if (a.done === true || b.value.subject.id < a.value.subject.id) {
      yield b.value;
      b = await right.next();
    } else {
      yield { ...a.value, isRecheck: a.value.isRecheck || b.value.isRecheck };
      a = await left.next();
      b = await right.next();
    }
  }
}

async function* inPages(items: AsyncIterable<SelectedSubject>): AsyncIterable<readonly SelectedSubject[]> {
  let page: SelectedSubject[] = [];
  for await (const item of items) {
    page.push(item);
    if (page.length === pageSize) {
      yield page;
      page = [];
    }
  }
  if (page.length > 0) yield page;
}
