import type { Group } from '../domain/person.ts';
import type { SearchParameters } from '../scim/messages.ts';
import { compileSortBy } from '../scim/sort.ts';
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

/** Where a page by place begins; missing: it is asked for by `startIndex`. */
type After = Query['after'];

/**
 * A page of Users with their groups, if these are wanted. A page of large documents has fewer than were asked for.
 * @throws {ScimError} for a filter or order that cannot be.
 */
export async function searchUsers(
  stage: Stage,
  parameters: SearchParameters,
  sizes: PageSizes,
  { after, withGroups = true }: { readonly after?: After; readonly withGroups?: boolean } = {},
): Promise<Page<PersonWithGroups>> {
  return stage.source.users.find({ ...toQuery(parameters, sizes, stage.schemas.user, after), withGroups });
}

/** A page of Groups without their members. Throws as `searchUsers` does. */
export async function searchGroups(stage: Stage, parameters: SearchParameters, sizes: PageSizes, after?: After): Promise<Page<Group>> {
  return stage.source.groups.find(toQuery(parameters, sizes, stage.schemas.group, after));
}

/** How many resources the page may have. */
export function pageSize({ count }: SearchParameters, { usual, most }: PageSizes): number {
  return Math.min(count ?? usual, most);
}

function toQuery(parameters: SearchParameters, sizes: PageSizes, type: ResourceSchema, after: After): Query {
  const { filter, startIndex, sortBy, sortOrder } = parameters;
  // Compiled only for its complaint: stores order by what their indexes have.
  if (sortBy !== undefined) compileSortBy(sortBy, type);
  return {
    startIndex,
    count: pageSize(parameters, sizes),
    ...(after !== undefined && { after }),
    ...(filter && { filter }),
    ...(sortBy !== undefined && { sort: { by: sortBy, descending: sortOrder === 'descending' } }),
  };
}
