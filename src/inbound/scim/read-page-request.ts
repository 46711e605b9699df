// Reads the paging parameters of a list request.
import type { ListHead, SearchParameters } from '../../scim/messages.ts';
import type { Page, PageCursor } from '../../store/staging.ts';
import type { CursorCipher, CursorScope } from './cursor-cipher.ts';

/** The requested page of a list. */
export interface PageRequest {
  /**
   * The position after which the page begins, or 'start' for the first page. If not set, the page begins at the `startIndex` of the request.
   */
  readonly after?: PageCursor;
  /** The properties of the list response besides the resources. */
  listHead(page: Pick<Page<unknown>, 'total' | 'next'>): ListHead;
}

/**
 * Reads the requested page: by cursor if the request has one (including an empty one), otherwise by index. Index is the default, so that
 * nothing changes for clients without cursor support (RFC 9865 §2.4).
 * @throws {ScimError} for an invalid cursor, see `CursorCipher.decrypt`.
 */
export function readPageRequest(cursors: CursorCipher, scope: CursorScope & { readonly parameters: SearchParameters }): PageRequest {
  const { cursor, startIndex } = scope.parameters;
  if (cursor === undefined) return { listHead: ({ total }) => ({ totalResults: total, startIndex }) };
  return {
    after: cursors.decrypt(cursor, scope),
    listHead: ({ total, next }) => ({ totalResults: total, ...(next !== undefined && { nextCursor: cursors.encrypt(next, scope) }) }),
  };
}
