import type { ListHead, SearchParameters } from '../../scim/messages.ts';
import type { Page, Place } from '../../store/store.ts';
import type { Cursors, CursorScope } from './cursors.ts';

/** How one request pages through a list. */
export interface Paging {
  /** Where the page begins, 'start' for the first; missing: at the `startIndex` of the request. */
  readonly after?: Place;
  /** What the answer says beside the resources. */
  headOf(page: Pick<Page<unknown>, 'total' | 'next'>): ListHead;
}

/**
 * Reads how a request wants its page: by cursor when it has one, an empty one too, otherwise by index, which is the default so that
 * clients which know of no cursors see no difference (RFC 9865 §2.4).
 * @throws {ScimError} for a cursor that leads nowhere, see `Cursors.read`.
 */
export function openPaging(cursors: Cursors, scope: CursorScope & { readonly parameters: SearchParameters }): Paging {
  const { cursor, startIndex } = scope.parameters;
  if (cursor === undefined) return { headOf: ({ total }) => ({ totalResults: total, startIndex }) };
  return {
    after: cursors.read(cursor, scope),
    headOf: ({ total, next }) => ({ totalResults: total, ...(next !== undefined && { nextCursor: cursors.write(next, scope) }) }),
  };
}
