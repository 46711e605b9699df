// Remembers the sort values of paging cursors.
import { BoundedMap } from '../../../domain/bounded-map.ts';
import { ScimError } from '../../../scim/errors.ts';
import type { SortKey } from '../../../scim/sort.ts';
import type { PageCursor } from '../../staging.ts';
import type { RankedRow } from './top-n.ts';

/** Places of sorted listings whose values are remembered, and how long a text may be for it, in characters. */
const maxCursors = 1_000;
const maxKeyCharacters = 500;

/**
 * The end positions of sorted pages. A cursor contains only its row, because a sort value is personal data. The value is kept here, so that the
 * next page is correct even if the row was changed or deleted. If the value was evicted, it is read from the row.
 */
export class SortedPageCursors {
  readonly #keys = new BoundedMap<PageCursor, SortKey>(maxCursors);
  #number = 0;

  /** The cursor after a row. */
  create({ n, key }: RankedRow): PageCursor {
    this.#number += 1;
    const cursor = `${n}.${this.#number}`;
    if (typeof key !== 'string' || key.length <= maxKeyCharacters) this.#keys.set(cursor, key);
    return cursor;
  }

  /**
   * What stood at a cursor; `read` gives it from the row, if that is still there.
   * @throws {ScimError} expiredCursor when neither knows it.
   */
  find(cursor: PageCursor, read: (n: number) => RankedRow | undefined): RankedRow {
    const n = Number(cursor.split('.')[0]);
    const row = this.#keys.has(cursor) ? { n, key: this.#keys.get(cursor) } : read(n);
    if (row === undefined) throw new ScimError(400, 'expiredCursor', "The cursor's position no longer exists. Start with an empty cursor.");
    return row;
  }
}
