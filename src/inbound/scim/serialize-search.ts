// Serializes search results of both resource types.
import { type ListHead, listResponse } from '../../scim/messages.ts';
import type { Projection } from '../../scim/projection.ts';
import type { SearchHit } from '../staging/typed-search.ts';
import type { StagingContext } from '../staging/staging-context.ts';
import { serializeListedGroup } from './serialize-group.ts';
import { serializeList } from './serialize-list.ts';
import { serializeUser } from './serialize-user.ts';

/** How resources of both types are shown to a client. `baseUrl` has no trailing slash. */
export interface SearchView {
  readonly staging: StagingContext;
  readonly users: Projection;
  readonly groups: Projection;
  readonly baseUrl: string;
}

/** A page of a list of Users and Groups as JSON text, in chunks. */
export function serializeSearchResults(page: readonly SearchHit[], head: ListHead, shown: SearchView): AsyncGenerator<string> {
  return serializeList(
    listResponse({ ...head, resources: [] }),
    page.map((found) => serializeSearchResult(found, shown)),
  );
}

async function* serializeSearchResult(found: SearchHit, { staging, users, groups, baseUrl }: SearchView): AsyncGenerator<string> {
  if (found.is === 'User') yield serializeUser(found.person, found.groups, users, staging.schemas, baseUrl);
  else yield* serializeListedGroup(found.group, { staging, projection: groups, baseUrl });
}
