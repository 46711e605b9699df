import { personSubject, type SubjectId, type SubjectRef } from '../domain/ids.ts';
import type { Cause } from '../domain/delivery.ts';
import type { Store } from '../store/store.ts';
import type { NoRow } from '../store/outbound.ts';

/** Somebody to look at, and why. `marked`: a Mark asked for it, which is used up by looking. */
export interface LookAt {
  readonly subject: SubjectRef;
  readonly cause: Cause;
  readonly marked: boolean;
}

/** Most Subjects that are looked at together; also the most that the store is asked about at once. */
export const pageSize = 500;

/** Shadows that are read at once: their rows come with them. */
const shadowPage = 100;

/**
 * Everybody: people, whoever a Target still holds a record of, and whoever had no valid row there (a deleted person's entry has to go),
 * in the order of their ids, each once, in pages.
 */
export async function* eachSubject(store: Store, target: string, cause: Cause): AsyncIterable<readonly LookAt[]> {
  const people = flatten(store.people.each(pageSize), (id) => ({ subject: personSubject(id), cause, marked: false }));
  const shadows = flatten(store.shadows.each(target, shadowPage), (shadow) => ({ subject: shadow.subject, cause, marked: false }));
  const noRows = flatten(noRowPages(store, target), (row) => ({ subject: row.subject, cause, marked: false }));
  yield* inPages(merge(merge(people, shadows), noRows));
}

/** Whom the Changes in (`after`, `upTo`] reach and whoever has a due Mark, in the order of their ids, each once, in pages. */
export async function* reachedSubjects(
  store: Store,
  target: string,
  range: { readonly after: number; readonly upTo: number; readonly marksUpTo: number; readonly now: Date },
): AsyncIterable<readonly LookAt[]> {
  const changed = flatten(reachedPages(store, range), (id): LookAt => ({ subject: personSubject(id), cause: 'change', marked: false }));
  const marked = flatten(markPages(store, target, range), (mark): LookAt => ({ subject: mark.subject, cause: mark.cause, marked: true }));
  yield* inPages(merge(changed, marked));
}

async function* reachedPages(store: Store, range: { readonly after: number; readonly upTo: number }): AsyncIterable<readonly SubjectId[]> {
  for (let last: SubjectId | undefined; ;) {
    const page = await store.changes.reached(range.after, range.upTo, last, pageSize);
    yield page;
    last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
  }
}

async function* markPages(store: Store, target: string, range: { readonly marksUpTo: number; readonly now: Date }) {
  for (let last: SubjectId | undefined; ;) {
    const page = await store.marks.due(target, range.now, range.marksUpTo, last, pageSize);
    yield page;
    last = page.at(-1)?.subject.id;
    if (last === undefined || page.length < pageSize) return;
  }
}

async function* noRowPages(store: Store, target: string): AsyncIterable<readonly NoRow[]> {
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

/** Merges two streams that are sorted by subject id; of two that are equal the first stream's is taken, marked if either is. */
async function* merge(first: AsyncIterable<LookAt>, second: AsyncIterable<LookAt>): AsyncIterable<LookAt> {
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
      yield { ...a.value, marked: a.value.marked || b.value.marked };
      a = await left.next();
      b = await right.next();
    }
  }
}

async function* inPages(items: AsyncIterable<LookAt>): AsyncIterable<readonly LookAt[]> {
  let page: LookAt[] = [];
  for await (const item of items) {
    page.push(item);
    if (page.length === pageSize) {
      yield page;
      page = [];
    }
  }
  if (page.length > 0) yield page;
}
