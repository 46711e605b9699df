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
 * Where pages of sorted listings ended. A cursor names its row only, since a sort value is personal data; the value is remembered here,
 * so that a page goes on rightly when the row has changed or gone meanwhile. A cursor that was forgotten is read from its row.
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
