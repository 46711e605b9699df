// Runs one operation of a Bulk request against the store.
import type { ResourceId } from '../../domain/ids.ts';
import type { Group, Person } from '../../domain/person.ts';
import type { BulkResource } from '../../scim/bulk/bulk-resource.ts';
import { invalidSyntax } from '../../scim/errors.ts';
import { parseGroup, parseUser } from '../../scim/parse-resource.ts';
import type { Creation } from '../../store/staging.ts';
import { createGroup, patchGroup, removeGroup, replaceGroup } from './groups.ts';
import type { StagingContext, WriteOptions } from './staging-context.ts';
import { createUser, patchUser, removeUser, replaceUser } from './users.ts';

/** The success status of a single request with this method. */
export const successStatus: Readonly<Record<BulkResource['method'], number>> = { POST: 201, PUT: 200, PATCH: 204, DELETE: 204 };

/**
 * Carries out one operation of a Bulk like a single request. `id` is the id of the resource; for a POST, the reserved id. Resolves with the
 * resulting resource, or with nothing for a DELETE; rejects with the same error as the single request.
 */
export async function runBulkOperation(
  staging: StagingContext,
  { method, type }: BulkResource,
  id: ResourceId,
  data: unknown,
  write: WriteOptions,
): Promise<Person | Group | undefined> {
  if (method === 'DELETE') {
    await (type === 'User' ? removeUser(staging, id, write) : removeGroup(staging, id, write));
    return undefined;
  }
  assertData(data);
  switch (method) {
    case 'POST':
      return type === 'User' ? createUser(staging, data, write, id) : createGroup(staging, data, write, id);
    case 'PUT':
      return type === 'User' ? replaceUser(staging, id, data, write) : replaceGroup(staging, id, data, write);
    case 'PATCH':
      return type === 'User' ? patchUser(staging, id, data, write) : patchGroup(staging, id, data, write);
  }
}

/** Parses the data of a POST that is carried out together with others. @throws {ScimError} as `createUser` and `createGroup`. */
export function toCreation({ schemas }: StagingContext, type: BulkResource['type'], id: ResourceId, data: unknown): Creation {
  assertData(data);
  return type === 'User' ? { type, id, user: parseUser(data, schemas) } : { type, id, ...parseGroup(data, schemas) };
}

function assertData(data: unknown): void {
  if (data === undefined) throw invalidSyntax('data is missing. It must contain the body of the individual request.');
}
