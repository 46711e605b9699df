// Searches Users and Groups together and merges the results into one list.
import type { SearchParameters } from '../../scim/messages.ts';
import { findName } from '../../scim/schema/compile-schemas.ts';
import { compareSortKeys, compileSortBy } from '../../scim/sort.ts';
import type { Page, PageCursor, Query } from '../../store/staging.ts';
import { groupSearch, userSearch, type SearchHit, type TypedSearch, type SearchPosition } from './typed-search.ts';
import { pageSize, type PageSizes } from './search.ts';
import type { StagingContext } from './staging-context.ts';

/** Max time for all look-ups of one search together, in milliseconds. */
const maxMs = 10_000;

/** Dependencies of {@link searchAll}. */
export interface SearchAllDeps {
  readonly staging: StagingContext;
  readonly sizes: PageSizes;
  /** A monotonic clock in milliseconds. */
  readonly nowMs: () => number;
}

/**
 * A page of Users and Groups in one list (RFC 7644 §3.4.2.1): with a sort, in its order, with Users before equal Groups; without a sort,
 * all Users, then all Groups. An attribute that a type does not have counts as absent. `after` is 'start' or the `next` of the previous
 * page; missing: by index.
 * @throws {ScimError} for an invalid filter or sort, and 400 tooMany if the search takes too long.
 */
export async function searchAll(deps: SearchAllDeps, parameters: SearchParameters, after?: Query['after']): Promise<Page<SearchHit>> {
  const { staging, sizes, nowMs } = deps;
  const { sortBy, sortOrder } = parameters;
  const end = nowMs() + maxMs;
  const leftMs = () => Math.max(1, end - nowMs());
  const searches = new CombinedSearch(
    userSearch(staging, parameters, leftMs),
    groupSearch(staging, parameters, leftMs),
    sortOrder === 'descending',
  );
  const count = pageSize(parameters, sizes);
  if (sortBy === undefined) {
    return after === undefined ? searches.listFrom(parameters.startIndex, count) : searches.listAfter(toPositions(after), count);
  }
  assertSortable(sortBy, staging);
  return after === undefined ? searches.mergeFrom(parameters.startIndex, count) : searches.mergeAfter(toPositions(after), count);
}

/** At least one of the types must have the attribute. */
function assertSortable(sortBy: string, { schemas }: StagingContext): void {
  for (const type of [schemas.user, schemas.group]) {
    if (findName(type, sortBy) !== undefined || type === schemas.group) compileSortBy(sortBy, type);
    if (findName(type, sortBy) !== undefined) return;
  }
}

/** The positions in both searches at which a page begins. */
type Positions = readonly [users: SearchPosition, groups: SearchPosition];

function toPositions(after: PageCursor): Positions {
  return after === 'start' ? ['start', 'start'] : (JSON.parse(after) as Positions);
}

function nextOf(positions: Positions): { readonly next?: PageCursor } {
  return positions.every((position) => position === 'end') ? {} : { next: JSON.stringify(positions) };
}

class CombinedSearch {
  readonly #users: TypedSearch;
  readonly #groups: TypedSearch;
  readonly #descending: boolean;

  constructor(users: TypedSearch, groups: TypedSearch, descending: boolean) {
    this.#users = users;
    this.#groups = groups;
    this.#descending = descending;
  }

  /** All Users, then all Groups, by index. */
  async listFrom(startIndex: number, count: number): Promise<Page<SearchHit>> {
    const users = await this.#users.pageAt(startIndex, count);
    const rest = isCut(users, startIndex, count) ? 0 : count - users.items.length;
    const groups = await this.#groups.pageAt(Math.max(1, startIndex - users.total), rest);
    return { total: users.total + groups.total, items: [...users.items, ...groups.items] };
  }

  /** All Users, then all Groups, by cursor. */
  async listAfter([usersPosition, groupsPosition]: Positions, count: number): Promise<Page<SearchHit>> {
    const users = await this.#users.pageAfter(usersPosition, count);
    const rest = users.next === undefined ? count - users.items.length : 0;
    const groups = await this.#groups.pageAfter(groupsPosition, rest);
    const groupsNext = rest > 0 ? (groups.next ?? 'end') : groups.total > 0 ? groupsPosition : 'end';
    const next = count > 0 ? nextOf([users.next ?? 'end', groupsNext]) : {};
    return { total: users.total + groups.total, items: [...users.items, ...groups.items], ...next };
  }

  /** Sorted, by index. */
  async mergeFrom(startIndex: number, count: number): Promise<Page<SearchHit>> {
    const skipped = await this.#split(startIndex - 1);
    const users = await this.#users.pageAt(skipped.users + 1, count);
    const groups = await this.#groups.pageAt(skipped.groups + 1, count);
    const cut = { users: isCut(users, skipped.users + 1, count), groups: isCut(groups, skipped.groups + 1, count) };
    return { total: users.total + groups.total, items: this.#merge(users.items, groups.items, cut).slice(0, count) };
  }

  /**
   * Sorted, by cursor. A first read determines how many Users and Groups belong to the page; then exactly these are read again, to get the
   * cursors after them.
   */
  async mergeAfter([usersPosition, groupsPosition]: Positions, count: number): Promise<Page<SearchHit>> {
    const ahead = [await this.#users.pageAfter(usersPosition, count), await this.#groups.pageAfter(groupsPosition, count)] as const;
    const cut = { users: ahead[0].next !== undefined, groups: ahead[1].next !== undefined };
    const wanted = this.#merge(ahead[0].items, ahead[1].items, cut).slice(0, count);
    const taken = wanted.filter(({ is }) => is === 'User').length;
    const users = await takeAfter(this.#users, usersPosition, ahead[0], taken);
    const groups = await takeAfter(this.#groups, groupsPosition, ahead[1], wanted.length - taken);
    const next = count > 0 ? nextOf([users.position, groups.position]) : {};
    return { total: ahead[0].total + ahead[1].total, items: this.#merge(users.items, groups.items), ...next };
  }

  /** Merges both lists in order, up to the end of a truncated list, because the entries after its end are unknown. */
  #merge(users: readonly SearchHit[], groups: readonly SearchHit[], cut = { users: false, groups: false }): readonly SearchHit[] {
    const merged: SearchHit[] = [];
    let [user, group] = [0, 0];
    while (!(cut.users && user >= users.length) && !(cut.groups && group >= groups.length)) {
      const [nextUser, nextGroup] = [users[user], groups[group]];
      const found = this.#isUserFirst(nextUser, nextGroup) ? nextUser : nextGroup;
      if (found === undefined) break;
      if (found === nextUser) user += 1;
      else group += 1;
      merged.push(found);
    }
    return merged;
  }

  #isUserFirst(user: SearchHit | undefined, group: SearchHit | undefined): boolean {
    if (user === undefined || group === undefined) return user !== undefined;
    return compareSortKeys(this.#users.keyOf(user), this.#groups.keyOf(group), this.#descending) <= 0;
  }

  /** The numbers of Users and Groups among the first `count` hits, by binary search, because reading all of them would be expensive. */
  async #split(count: number): Promise<{ readonly users: number; readonly groups: number }> {
    if (count === 0) return { users: 0, groups: 0 };
    let least = 0;
    let most = Math.min(count, (await this.#groups.pageAt(1, 0)).total);
    while (least < most) {
      const middle = Math.ceil((least + most) / 2);
      // Whether the Group at `middle` comes before the User that would otherwise be the last.
      const [user] = (await this.#users.pageAt(count - middle + 1, 1)).items;
      const [group] = (await this.#groups.pageAt(middle, 1)).items;
      if (group !== undefined && !this.#isUserFirst(user, group)) least = middle;
      else most = middle - 1;
    }
    return { users: count - least, groups: least };
  }
}

/** Whether a page by index has fewer items than requested: stores truncate a page if its resources are large. */
function isCut({ items, total }: Page<SearchHit>, startIndex: number, count: number): boolean {
  return items.length < Math.min(count, total - startIndex + 1);
}

/** The first `count` hits after a position, and the position after them; `ahead` contains hits that were read already. */
async function takeAfter(
  search: TypedSearch,
  position: SearchPosition,
  ahead: Page<SearchHit>,
  count: number,
): Promise<{ items: readonly SearchHit[]; position: SearchPosition }> {
  if (count === ahead.items.length) return { items: ahead.items, position: ahead.next ?? 'end' };
  if (count === 0) return { items: [], position };
  const { items, next } = await search.pageAfter(position, count);
  return { items, position: next ?? 'end' };
}
