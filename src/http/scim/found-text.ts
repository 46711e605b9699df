import { type ListHead, listResponse } from '../../scim/messages.ts';
import type { Projection } from '../../scim/project.ts';
import type { Found } from '../../staging/lane.ts';
import type { Stage } from '../../staging/stage.ts';
import { writeGroupAgain } from './group-text.ts';
import { writeListAround } from './list-text.ts';
import { writePerson } from './person-text.ts';

/** How resources of both types are shown to a client. `baseUrl` has no slash at its end. */
export interface ShownResources {
  readonly stage: Stage;
  readonly users: Projection;
  readonly groups: Projection;
  readonly baseUrl: string;
}

/** A page of a list of Users and Groups as JSON text, piece by piece. */
export function writeFoundList(page: readonly Found[], head: ListHead, shown: ShownResources): AsyncGenerator<string> {
  return writeListAround(
    listResponse({ ...head, resources: [] }),
    page.map((found) => writeFound(found, shown)),
  );
}

async function* writeFound(found: Found, { stage, users, groups, baseUrl }: ShownResources): AsyncGenerator<string> {
  if (found.is === 'User') yield writePerson(found.person, found.groups, users, stage.schemas, baseUrl);
  else yield* writeGroupAgain(found.group, { stage, projection: groups, baseUrl });
}
