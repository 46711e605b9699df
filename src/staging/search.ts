import type { Group } from '../domain/person.ts';
import type { SearchParameters } from '../scim/messages.ts';
import { compileOrder } from '../scim/sort.ts';
import type { ResourceSchema } from '../scim/schema/compile.ts';
import type { Page, PersonWithGroups, Query } from '../store/store.ts';
import type { Stage } from './stage.ts';

/** How many resources a page of a list has. */
export interface PageSizes {
  /** When the client does not say. */
  readonly usual: number;
  /** Whatever the client says: fewer than asked for is allowed (RFC 7644 §3.4.2.4). */
  readonly most: number;
}

/** A page of Users with their groups. @throws {ScimError} for a filter or order that cannot be. */
export async function searchUsers(stage: Stage, parameters: SearchParameters, sizes: PageSizes): Promise<Page<PersonWithGroups>> {
  return stage.source.users.find(toQuery(parameters, sizes, stage.schemas.user));
}

/** A page of Groups without their members. Throws as `searchUsers` does. */
export async function searchGroups(stage: Stage, parameters: SearchParameters, sizes: PageSizes): Promise<Page<Group>> {
  return stage.source.groups.find(toQuery(parameters, sizes, stage.schemas.group));
}

function toQuery({ filter, startIndex, count, sortBy, sortOrder }: SearchParameters, sizes: PageSizes, type: ResourceSchema): Query {
  // Compiled only for its complaint: stores order by what their indexes have.
  if (sortBy !== undefined) compileOrder(sortBy, sortOrder, type);
  return {
    startIndex,
    count: Math.min(count ?? sizes.usual, sizes.most),
    ...(filter && { filter }),
    ...(sortBy !== undefined && { sort: { by: sortBy, descending: sortOrder === 'descending' } }),
  };
}
