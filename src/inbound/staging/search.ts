// Searches Users or Groups, one resource type at a time.
import type { Group } from '../../domain/person.ts';
import type { SearchParameters } from '../../scim/messages.ts';
import { compileSortBy } from '../../scim/sort.ts';
import type { ResourceSchema } from '../../scim/schema/compile-schemas.ts';
import type { Page, PersonWithGroups, Query } from '../../store/staging.ts';
import type { StagingContext } from './staging-context.ts';

/** Page sizes of list responses. */
export interface PageSizes {
  /** The default page size. */
  readonly usual: number;
  /** Max page size, even if the client requests more; a server may return fewer (RFC 7644 §3.4.2.4). */
  readonly most: number;
}

/** Where the page starts when the client pages by cursor; not set when it pages by `startIndex`. */
type After = Query['after'];

/**
 * A page of Users, including their groups if `withGroups`. May contain fewer resources than requested if the documents are large.
 * @throws {ScimError} for an unsupported filter or sort.
 */
export async function searchUsers(
  staging: StagingContext,
  parameters: SearchParameters,
  sizes: PageSizes,
  { after, withGroups = true }: { readonly after?: After; readonly withGroups?: boolean } = {},
): Promise<Page<PersonWithGroups>> {
  return staging.source.users.find({ ...toQuery(parameters, sizes, staging.schemas.user, after), withGroups });
}

/** A page of Groups without their members. Throws as `searchUsers` does. */
export async function searchGroups(
  staging: StagingContext,
  parameters: SearchParameters,
  sizes: PageSizes,
  after?: After,
): Promise<Page<Group>> {
  return staging.source.groups.find(toQuery(parameters, sizes, staging.schemas.group, after));
}

/** The max number of resources in the requested page. */
export function pageSize({ count }: SearchParameters, { usual, most }: PageSizes): number {
  return Math.min(count ?? usual, most);
}

function toQuery(parameters: SearchParameters, sizes: PageSizes, type: ResourceSchema, after: After): Query {
  const { filter, startIndex, sortBy, sortOrder } = parameters;
  // Compiled only to validate it; the store does the sorting, with its indexes.
  if (sortBy !== undefined) compileSortBy(sortBy, type);
  return {
    startIndex,
    count: pageSize(parameters, sizes),
    ...(after !== undefined && { after }),
    ...(filter && { filter }),
    ...(sortBy !== undefined && { sort: { by: sortBy, descending: sortOrder === 'descending' } }),
  };
}
