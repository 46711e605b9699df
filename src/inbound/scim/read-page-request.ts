// Reads the paging parameters of a list request.
import type { ListHead, SearchParameters } from '../../scim/messages.ts';
import type { Page, PageCursor } from '../../store/staging.ts';
import type { CursorCipher, CursorScope } from './cursor-cipher.ts';

/** How one request pages through a list. */
export interface PageRequest {
  /** Where the page begins, 'start' for the first; missing: at the `startIndex` of the request. */
  readonly after?: PageCursor;
  /** The parts of the answer besides the resources. */
  listHead(page: Pick<Page<unknown>, 'total' | 'next'>): ListHead;
}

/**
 * Reads how a request wants its page: by cursor when it has one, an empty one too, otherwise by index, which is the default so that
 * clients which know of no cursors see no difference (RFC 9865 §2.4).
 * @throws {ScimError} for a cursor that leads nowhere, see `CursorCipher.decrypt`.
 */
export function readPageRequest(cursors: CursorCipher, scope: CursorScope & { readonly parameters: SearchParameters }): PageRequest {
  const { cursor, startIndex } = scope.parameters;
  if (cursor === undefined) return { listHead: ({ total }) => ({ totalResults: total, startIndex }) };
  return {
    after: cursors.decrypt(cursor, scope),
    listHead: ({ total, next }) => ({ totalResults: total, ...(next !== undefined && { nextCursor: cursors.encrypt(next, scope) }) }),
  };
}
