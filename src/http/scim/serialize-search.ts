import { type ListHead, listResponse } from '../../scim/messages.ts';
import type { Projection } from '../../scim/project.ts';
import type { Found } from '../../staging/lane.ts';
import type { Stage } from '../../staging/stage.ts';
import { serializeListedGroup } from './serialize-group.ts';
import { serializeList } from './serialize-list.ts';
import { serializeUser } from './serialize-user.ts';

/** How resources of both types are shown to a client. `baseUrl` has no slash at its end. */
export interface SearchView {
  readonly stage: Stage;
  readonly users: Projection;
  readonly groups: Projection;
  readonly baseUrl: string;
}

/** A page of a list of Users and Groups as JSON text, piece by piece. */
export function serializeSearchResults(page: readonly Found[], head: ListHead, shown: SearchView): AsyncGenerator<string> {
  return serializeList(
    listResponse({ ...head, resources: [] }),
    page.map((found) => serializeSearchResult(found, shown)),
  );
}

async function* serializeSearchResult(found: Found, { stage, users, groups, baseUrl }: SearchView): AsyncGenerator<string> {
  if (found.is === 'User') yield serializeUser(found.person, found.groups, users, stage.schemas, baseUrl);
  else yield* serializeListedGroup(found.group, { stage, projection: groups, baseUrl });
}
