import { ScimError } from '../../../scim/errors.ts';
import type { SortKey } from '../../../scim/sort.ts';
import type { PageCursor } from '../../store.ts';
import type { Ranked } from './best.ts';

/** Places of sorted listings whose values are remembered, and how long a text may be for it, in characters. */
const mostPlaces = 1_000;
const longestKey = 500;

/**
 * Where pages of sorted listings ended. A place names its row only, since a sort value is personal data; the value is remembered here,
 * so that a page goes on rightly when the row has changed or gone meanwhile. A place that was forgotten is read from its row.
 */
export class SortedPlaces {
  readonly #keys = new Map<PageCursor, SortKey>();
  #number = 0;

  /** The place behind a row. */
  note({ n, key }: Ranked): PageCursor {
    this.#number += 1;
    const place = `${n}.${this.#number}`;
    if (typeof key !== 'string' || key.length <= longestKey) this.#keys.set(place, key);
    const [oldest] = this.#keys.keys();
    if (this.#keys.size > mostPlaces && oldest !== undefined) this.#keys.delete(oldest);
    return place;
  }

  /**
   * What stood at a place; `read` gives it from the row, if that is still there.
   * @throws {ScimError} expiredCursor when neither knows it.
   */
  find(place: PageCursor, read: (n: number) => Ranked | undefined): Ranked {
    const n = Number(place.split('.')[0]);
    const row = this.#keys.has(place) ? { n, key: this.#keys.get(place) } : read(n);
    if (row === undefined) throw new ScimError(400, 'expiredCursor', 'what the last page ended with is not there any more; begin again');
    return row;
  }
}
