import type { ResourceId } from '../domain/ids.ts';
import type { Group, Person } from '../domain/person.ts';
import type { BulkTarget } from '../scim/bulk/target.ts';
import { invalidSyntax } from '../scim/errors.ts';
import { parseGroup, parseUser } from '../scim/validate.ts';
import type { Creation } from '../store/store.ts';
import { createGroup, patchGroup, removeGroup, replaceGroup } from './groups.ts';
import type { Stage, Write } from './stage.ts';
import { createUser, patchUser, removeUser, replaceUser } from './users.ts';

/** What a single request with this method would be answered with. */
export const successOf: Readonly<Record<BulkTarget['method'], number>> = { POST: 201, PUT: 200, PATCH: 204, DELETE: 204 };

/**
 * Carries out one operation of a Bulk, as the single request would be. `id` is that of the resource; of a POST, the one reserved.
 * Resolves with the resource as it is then, or nothing for a DELETE; rejects as the single request would.
 */
export async function carryOut(
  stage: Stage,
  { method, type }: BulkTarget,
  id: ResourceId,
  data: unknown,
  write: Write,
): Promise<Person | Group | undefined> {
  if (method === 'DELETE') {
    await (type === 'User' ? removeUser(stage, id, write) : removeGroup(stage, id, write));
    return undefined;
  }
  assertData(data);
  switch (method) {
    case 'POST':
      return type === 'User' ? createUser(stage, data, write, id) : createGroup(stage, data, write, id);
    case 'PUT':
      return type === 'User' ? replaceUser(stage, id, data, write) : replaceGroup(stage, id, data, write);
    case 'PATCH':
      return type === 'User' ? patchUser(stage, id, data, write) : patchGroup(stage, id, data, write);
  }
}

/** Reads the data of a POST that is carried out together with others. @throws {ScimError} as `createUser` and `createGroup`. */
export function toCreation({ schemas }: Stage, type: BulkTarget['type'], id: ResourceId, data: unknown): Creation {
  assertData(data);
  return type === 'User' ? { type, id, user: parseUser(data, schemas) } : { type, id, ...parseGroup(data, schemas) };
}

function assertData(data: unknown): void {
  if (data === undefined) throw invalidSyntax('data is missing: it is what the body of the single request would be');
}
