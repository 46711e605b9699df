import type { SearchParameters } from '../scim/messages.ts';
import { findName } from '../scim/schema/compile.ts';
import { compareSortKeys, compileSortBy } from '../scim/sort.ts';
import type { Page, PageCursor, Query } from '../store/store.ts';
import { groupLane, userLane, type Found, type Lane, type Spot } from './lane.ts';
import { pageSize, type PageSizes } from './search.ts';
import type { Stage } from './stage.ts';

/** How long all look-ups of one search may take together, in milliseconds. */
const mostMs = 10_000;

/** What a search among all resources works with. */
export interface SearchAllDeps {
  readonly stage: Stage;
  readonly sizes: PageSizes;
  /** Time in milliseconds from any beginning that never goes back. */
  readonly nowMs: () => number;
}

/**
 * A page of Users and Groups in one list (RFC 7644 §3.4.2.1): as sorted, Users first among equals; unsorted all Users, then all Groups.
 * What an attribute says that a type does not have is absent there. `after` is 'start' or the `next` of the page before; missing: by index.
 * @throws {ScimError} for a filter or order that cannot be, and 400 tooMany when it takes too long.
 */
export async function searchAll(deps: SearchAllDeps, parameters: SearchParameters, after?: Query['after']): Promise<Page<Found>> {
  const { stage, sizes, nowMs } = deps;
  const { sortBy, sortOrder } = parameters;
  const end = nowMs() + mostMs;
  const leftMs = () => Math.max(1, end - nowMs());
  const lanes = new Lanes(userLane(stage, parameters, leftMs), groupLane(stage, parameters, leftMs), sortOrder === 'descending');
  const count = pageSize(parameters, sizes);
  if (sortBy === undefined) {
    return after === undefined ? lanes.listFrom(parameters.startIndex, count) : lanes.listBehind(toSpots(after), count);
  }
  assertSortable(sortBy, stage);
  return after === undefined ? lanes.mergeFrom(parameters.startIndex, count) : lanes.mergeBehind(toSpots(after), count);
}

/** One of the types has to have it. */
function assertSortable(sortBy: string, { schemas }: Stage): void {
  for (const type of [schemas.user, schemas.group]) {
    if (findName(type, sortBy) !== undefined || type === schemas.group) compileSortBy(sortBy, type);
    if (findName(type, sortBy) !== undefined) return;
  }
}

/** Where a page begins in either lane. */
type Spots = readonly [users: Spot, groups: Spot];

function toSpots(after: PageCursor): Spots {
  return after === 'start' ? ['start', 'start'] : (JSON.parse(after) as Spots);
}

function nextOf(spots: Spots): { readonly next?: PageCursor } {
  return spots.every((spot) => spot === 'end') ? {} : { next: JSON.stringify(spots) };
}

class Lanes {
  readonly #users: Lane;
  readonly #groups: Lane;
  readonly #descending: boolean;

  constructor(users: Lane, groups: Lane, descending: boolean) {
    this.#users = users;
    this.#groups = groups;
    this.#descending = descending;
  }

  /** All Users, then all Groups, by index. */
  async listFrom(startIndex: number, count: number): Promise<Page<Found>> {
    const users = await this.#users.at(startIndex, count);
    const rest = isCut(users, startIndex, count) ? 0 : count - users.items.length;
    const groups = await this.#groups.at(Math.max(1, startIndex - users.total), rest);
    return { total: users.total + groups.total, items: [...users.items, ...groups.items] };
  }

  /** All Users, then all Groups, by place. */
  async listBehind([usersSpot, groupsSpot]: Spots, count: number): Promise<Page<Found>> {
    const users = await this.#users.behind(usersSpot, count);
    const rest = users.next === undefined ? count - users.items.length : 0;
    const groups = await this.#groups.behind(groupsSpot, rest);
    const groupsNext = rest > 0 ? (groups.next ?? 'end') : groups.total > 0 ? groupsSpot : 'end';
    const next = count > 0 ? nextOf([users.next ?? 'end', groupsNext]) : {};
    return { total: users.total + groups.total, items: [...users.items, ...groups.items], ...next };
  }

  /** Sorted, by index. */
  async mergeFrom(startIndex: number, count: number): Promise<Page<Found>> {
    const skipped = await this.#split(startIndex - 1);
    const users = await this.#users.at(skipped.users + 1, count);
    const groups = await this.#groups.at(skipped.groups + 1, count);
    const cut = { users: isCut(users, skipped.users + 1, count), groups: isCut(groups, skipped.groups + 1, count) };
    return { total: users.total + groups.total, items: this.#merge(users.items, groups.items, cut).slice(0, count) };
  }

  /** Sorted, by place. The first look tells how many of each belong to the page; these are read again, so that they end at a place. */
  async mergeBehind([usersSpot, groupsSpot]: Spots, count: number): Promise<Page<Found>> {
    const ahead = [await this.#users.behind(usersSpot, count), await this.#groups.behind(groupsSpot, count)] as const;
    const cut = { users: ahead[0].next !== undefined, groups: ahead[1].next !== undefined };
    const wanted = this.#merge(ahead[0].items, ahead[1].items, cut).slice(0, count);
    const taken = wanted.filter(({ is }) => is === 'User').length;
    const users = await takeBehind(this.#users, usersSpot, ahead[0], taken);
    const groups = await takeBehind(this.#groups, groupsSpot, ahead[1], wanted.length - taken);
    const next = count > 0 ? nextOf([users.spot, groups.spot]) : {};
    return { total: ahead[0].total + ahead[1].total, items: this.#merge(users.items, groups.items), ...next };
  }

  /** Both in one order, up to where one that was cut is used up: what comes behind its end is not known. */
  #merge(users: readonly Found[], groups: readonly Found[], cut = { users: false, groups: false }): readonly Found[] {
    const merged: Found[] = [];
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

  #isUserFirst(user: Found | undefined, group: Found | undefined): boolean {
    if (user === undefined || group === undefined) return user !== undefined;
    return compareSortKeys(this.#users.keyOf(user), this.#groups.keyOf(group), this.#descending) <= 0;
  }

  /** How many Users and Groups are among the first `count` hits, found by halving: to read them all would cost what they hold. */
  async #split(count: number): Promise<{ readonly users: number; readonly groups: number }> {
    if (count === 0) return { users: 0, groups: 0 };
    let least = 0;
    let most = Math.min(count, (await this.#groups.at(1, 0)).total);
    while (least < most) {
      const middle = Math.ceil((least + most) / 2);
      // Whether the Group at `middle` comes before the User that would else be the last.
      const [user] = (await this.#users.at(count - middle + 1, 1)).items;
      const [group] = (await this.#groups.at(middle, 1)).items;
      if (group !== undefined && !this.#isUserFirst(user, group)) least = middle;
      else most = middle - 1;
    }
    return { users: count - least, groups: least };
  }
}

/** Whether a page by index ends before it has all that it should: stores end one early where resources are large. */
function isCut({ items, total }: Page<Found>, startIndex: number, count: number): boolean {
  return items.length < Math.min(count, total - startIndex + 1);
}

/** The first so many hits behind a spot, and the spot behind them; `ahead` is what was seen from there. */
async function takeBehind(lane: Lane, spot: Spot, ahead: Page<Found>, count: number): Promise<{ items: readonly Found[]; spot: Spot }> {
  if (count === ahead.items.length) return { items: ahead.items, spot: ahead.next ?? 'end' };
  if (count === 0) return { items: [], spot };
  const { items, next } = await lane.behind(spot, count);
  return { items, spot: next ?? 'end' };
}
