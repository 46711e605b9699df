// Searches one resource type, as part of a search in Users and Groups together.
import type { Group } from '../../domain/person.ts';
import { compileFilter } from '../../scim/filter/compile-filter.ts';
import { filterForType } from '../../scim/filter/filter-for-type.ts';
import type { Filter } from '../../scim/filter/filter-tree.ts';
import type { SearchParameters } from '../../scim/messages.ts';
import { renderGroup, renderUser } from '../../scim/render.ts';
import type { JsonObject } from '../../scim/resource.ts';
import { findName, type ResourceSchema } from '../../scim/schema/compile-schemas.ts';
import { compileSortBy, type SortKey } from '../../scim/sort.ts';
import type { Page, PersonWithGroups, PageCursor, Query } from '../../store/staging.ts';
import type { StagingContext } from './staging-context.ts';

/** A resource of either type. */
export type SearchHit = ({ readonly is: 'User' } & PersonWithGroups) | { readonly is: 'Group'; readonly group: Group };

/** A position in the hits of one type: a cursor, 'start' (before the first hit) or 'end' (after the last hit). */
export type SearchPosition = PageCursor;

/** Dependencies of a search. */
interface TypedSearchParts {
  readonly type: ResourceSchema;
  readonly parameters: SearchParameters;
  readonly find: (query: Query) => Promise<Page<SearchHit>>;
  readonly toResource: (found: SearchHit) => JsonObject;
  /** The remaining time for look-ups, in milliseconds. */
  readonly leftMs: () => number;
}

/** The sorted hits of a search in the resources of one type. */
export class TypedSearch {
  readonly #parts: TypedSearchParts;
  /** False if no resource of the type can match, true if all match. */
  readonly #filter: Filter | boolean;
  readonly #sorted: boolean;

  /** @throws {ScimError} for an invalid filter. */
  constructor(parts: TypedSearchParts) {
    const { parameters, type } = parts;
    this.#parts = parts;
    // Compiled only to validate it; the result is discarded. An invalid filter is rejected even if it would not be evaluated.
    if (parameters.filter !== undefined) compileFilter(parameters.filter, type);
    this.#filter = parameters.filter === undefined || filterForType(parameters.filter, type);
    this.#sorted = parameters.sortBy !== undefined && findName(type, parameters.sortBy) !== undefined;
  }

  /** A page by index; `startIndex` counts from 1. */
  pageAt(startIndex: number, count: number): Promise<Page<SearchHit>> {
    return this.#find({ startIndex, count });
  }

  /** A page by cursor; it has a `next` if there are more hits. */
  pageAfter(position: SearchPosition, count: number): Promise<Page<SearchHit>> {
    return this.#find(position === 'end' ? { startIndex: 1, count: 0 } : { startIndex: 1, count, after: position });
  }

  /** The sort key of a hit; undefined if its type does not have the attribute. */
  keyOf(found: SearchHit): SortKey {
    const { parameters, type, toResource } = this.#parts;
    return this.#sorted ? compileSortBy(parameters.sortBy ?? '', type).keyOf(toResource(found)) : undefined;
  }

  async #find(page: Pick<Query, 'startIndex' | 'count' | 'after'>): Promise<Page<SearchHit>> {
    if (this.#filter === false) return { total: 0, items: [] };
    const { find, parameters, leftMs } = this.#parts;
    const { sortBy, sortOrder } = parameters;
    return find({
      ...page,
      maxMs: leftMs(),
      ...(this.#filter !== true && { filter: this.#filter }),
      ...(this.#sorted && sortBy !== undefined && { sort: { by: sortBy, descending: sortOrder === 'descending' } }),
    });
  }
}

/** Creates the search in the Users of a Source. */
export function userSearch({ source, schemas }: StagingContext, parameters: SearchParameters, leftMs: () => number): TypedSearch {
  return new TypedSearch({
    type: schemas.user,
    parameters,
    leftMs,
    async find(query) {
      const { items, ...page } = await source.users.find(query);
      return { ...page, items: items.map((found) => ({ is: 'User', ...found })) };
    },
    toResource(found) {
      if (found.is !== 'User') throw new TypeError('Internal error: expected a User, found a Group');
      const { person, groups } = found;
      const shown = groups.map(({ id, displayName }) => ({ value: id, display: displayName }));
      return renderUser(person.user, { ...toEnvelope(person), groups: shown }, schemas);
    },
  });
}

/** Creates the search in the Groups of a Source. */
export function groupSearch({ source, schemas }: StagingContext, parameters: SearchParameters, leftMs: () => number): TypedSearch {
  return new TypedSearch({
    type: schemas.group,
    parameters,
    leftMs,
    async find(query) {
      const { items, ...page } = await source.groups.find(query);
      return { ...page, items: items.map((group) => ({ is: 'Group', group })) };
    },
    toResource(found) {
      if (found.is !== 'Group') throw new TypeError('Internal error: expected a Group, found a User');
      return renderGroup(found.group.group, toEnvelope(found.group), schemas);
    },
  });
}

function toEnvelope({ id, createdAt, modifiedAt }: Pick<Group, 'id' | 'createdAt' | 'modifiedAt'>) {
  return { id, created: createdAt, modified: modifiedAt, location: '' };
}
