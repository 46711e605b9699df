import type { Group } from '../domain/person.ts';
import { compileFilter } from '../scim/filter/evaluate.ts';
import { filterForType } from '../scim/filter/for-type.ts';
import type { Filter } from '../scim/filter/tree.ts';
import type { SearchParameters } from '../scim/messages.ts';
import { renderGroup, renderUser } from '../scim/render.ts';
import type { JsonObject } from '../scim/resource.ts';
import { findName, type ResourceSchema } from '../scim/schema/compile.ts';
import { compileSortBy, type SortKey } from '../scim/sort.ts';
import type { Page, PersonWithGroups, PageCursor, Query } from '../store/store.ts';
import type { Stage } from './stage.ts';

/** A resource of either type. */
export type Found = ({ readonly is: 'User' } & PersonWithGroups) | { readonly is: 'Group'; readonly group: Group };

/** A place in a lane, or 'start' before its first hit, or 'end' behind its last. */
export type Spot = PageCursor;

/** What a lane works with. */
interface LaneParts {
  readonly type: ResourceSchema;
  readonly parameters: SearchParameters;
  readonly find: (query: Query) => Promise<Page<Found>>;
  readonly toResource: (found: Found) => JsonObject;
  /** How long a look-up may still take, in milliseconds. */
  readonly leftMs: () => number;
}

/** The hits of a search among the resources of one type, in their order. */
export class Lane {
  readonly #parts: LaneParts;
  /** False when no resource of the type can be a hit, true when all are. */
  readonly #filter: Filter | boolean;
  readonly #sorted: boolean;

  /** @throws {ScimError} for a filter that cannot be. */
  constructor(parts: LaneParts) {
    const { parameters, type } = parts;
    this.#parts = parts;
    // Compiled only for its complaint: what is wrong with a filter does not depend on whether it comes to that.
    if (parameters.filter !== undefined) compileFilter(parameters.filter, type);
    this.#filter = parameters.filter === undefined || filterForType(parameters.filter, type);
    this.#sorted = parameters.sortBy !== undefined && findName(type, parameters.sortBy) !== undefined;
  }

  /** A page by index; `startIndex` counts from 1. */
  at(startIndex: number, count: number): Promise<Page<Found>> {
    return this.#find({ startIndex, count });
  }

  /** A page by place; has a `next` when there is more. */
  behind(spot: Spot, count: number): Promise<Page<Found>> {
    return this.#find(spot === 'end' ? { startIndex: 1, count: 0 } : { startIndex: 1, count, after: spot });
  }

  /** What a hit is sorted by; undefined where its type has no such attribute. */
  keyOf(found: Found): SortKey {
    const { parameters, type, toResource } = this.#parts;
    return this.#sorted ? compileSortBy(parameters.sortBy ?? '', type).keyOf(toResource(found)) : undefined;
  }

  async #find(page: Pick<Query, 'startIndex' | 'count' | 'after'>): Promise<Page<Found>> {
    if (this.#filter === false) return { total: 0, items: [] };
    const { find, parameters, leftMs } = this.#parts;
    const { sortBy, sortOrder } = parameters;
    return find({
      ...page,
      mostMs: leftMs(),
      ...(this.#filter !== true && { filter: this.#filter }),
      ...(this.#sorted && sortBy !== undefined && { sort: { by: sortBy, descending: sortOrder === 'descending' } }),
    });
  }
}

/** The lane of the Users of a Source. */
export function userLane({ source, schemas }: Stage, parameters: SearchParameters, leftMs: () => number): Lane {
  return new Lane({
    type: schemas.user,
    parameters,
    leftMs,
    async find(query) {
      const { items, ...page } = await source.users.find(query);
      return { ...page, items: items.map((found) => ({ is: 'User', ...found })) };
    },
    toResource(found) {
      if (found.is !== 'User') throw new TypeError('a Group is in the lane of the Users');
      const { person, groups } = found;
      const shown = groups.map(({ id, displayName }) => ({ value: id, display: displayName }));
      return renderUser(person.user, { ...toEnvelope(person), groups: shown }, schemas);
    },
  });
}

/** The lane of the Groups of a Source. */
export function groupLane({ source, schemas }: Stage, parameters: SearchParameters, leftMs: () => number): Lane {
  return new Lane({
    type: schemas.group,
    parameters,
    leftMs,
    async find(query) {
      const { items, ...page } = await source.groups.find(query);
      return { ...page, items: items.map((group) => ({ is: 'Group', group })) };
    },
    toResource(found) {
      if (found.is !== 'Group') throw new TypeError('a User is in the lane of the Groups');
      return renderGroup(found.group.group, toEnvelope(found.group), schemas);
    },
  });
}

function toEnvelope({ id, createdAt, modifiedAt }: Pick<Group, 'id' | 'createdAt' | 'modifiedAt'>) {
  return { id, created: createdAt, modified: modifiedAt, location: '' };
}
