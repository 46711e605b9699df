// Remembers the sort values of paging cursors.
import { BoundedMap } from '../../../domain/bounded-map.ts';
import { ScimError } from '../../../scim/errors.ts';
import type { SortKey } from '../../../scim/sort.ts';
import type { PageCursor } from '../../staging.ts';
import type { RankedRow } from './top-n.ts';

/** Max number of cursors whose sort values are remembered, and max length of a remembered text, in characters. */
const maxCursors = 1_000;
const maxKeyCharacters = 500;

/**
 * The end positions of sorted pages. A cursor contains only its row, because a sort value is personal data. The value is kept here, so that the
 * next page is correct even if the row was changed or deleted. If the value was evicted, it is read from the row.
 */
export class SortedPageCursors {
  readonly #keys = new BoundedMap<PageCursor, SortKey>(maxCursors);
  #number = 0;

  /** Creates the cursor after a row. */
  create({ n, key }: RankedRow): PageCursor {
    this.#number += 1;
    const cursor = `${n}.${this.#number}`;
    if (typeof key !== 'string' || key.length <= maxKeyCharacters) this.#keys.set(cursor, key);
    return cursor;
  }

  /**
   * The row to which a cursor points, with its sort value. If the value is not remembered, `read` reads it from the row.
   * @throws {ScimError} expiredCursor if the row no longer exists either.
   */
  find(cursor: PageCursor, read: (n: number) => RankedRow | undefined): RankedRow {
    const n = Number(cursor.split('.')[0]);
    const row = this.#keys.has(cursor) ? { n, key: this.#keys.get(cursor) } : read(n);
    if (row === undefined) throw new ScimError(400, 'expiredCursor', "The cursor's position no longer exists. Start with an empty cursor.");
    return row;
  }
}
