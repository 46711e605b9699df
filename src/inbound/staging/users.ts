// The SCIM operations on Users: create, replace, patch, delete, read.
import type { ResourceId } from '../../domain/ids.ts';
import type { Person } from '../../domain/person.ts';
import { keepDeclaredValues } from '../../scim/declared-values.ts';
import { isDeepEqual } from '../../scim/deep-equal.ts';
import { notFound } from '../../scim/errors.ts';
import { keepImmutable } from '../../scim/check-immutable.ts';
import { applyChanges } from '../../scim/patch/apply-patch.ts';
import { resolveChanges } from '../../scim/patch/attribute-changes.ts';
import { parsePatch } from '../../scim/patch/parse-patch.ts';
import { findUndeclared, findUndeclaredInPatch } from '../../scim/find-undeclared.ts';
import { parseUser } from '../../scim/parse-resource.ts';
import type { PersonWithGroups } from '../../store/staging.ts';
import { assertVersion, type StagingContext, type WriteOptions } from './staging-context.ts';

// Every function rejects with a ScimError that can be sent unchanged, or with a StoreError; then nothing was stored.

/** Stages the User of a POST body (RFC 7644 §3.3), under a new id or a reserved one. */
export async function createUser(
  { source, schemas, noteUndeclared }: StagingContext,
  body: unknown,
  { by }: WriteOptions,
  id?: ResourceId,
): Promise<Person> {
  const person = await source.users.create(parseUser(body, schemas), by, id);
  noteUndeclared?.(findUndeclared(body, schemas.user));
  return person;
}

/**
 * Replaces a User by a PUT body (RFC 7644 §3.5.1): attributes missing in the body are cleared, unless they are immutable. An equal body writes
 * nothing.
 */
export async function replaceUser(staging: StagingContext, id: ResourceId, body: unknown, write: WriteOptions): Promise<Person> {
  const { source, schemas, noteUndeclared } = staging;
  const wanted = parseUser(body, schemas);
  const person = await source.users.update(
    id,
    (now, person) => {
      assertVersion(write, person.version);
      const next = keepImmutable(keepDeclaredValues(now, schemas.user), wanted, schemas.user);
      return isDeepEqual(now, next) ? now : next;
    },
    write.by,
  );
  noteUndeclared?.(findUndeclared(body, schemas.user));
  return person;
}

/** Applies a PATCH body to a User, all of it or nothing (RFC 7644 §3.5.2). */
export async function patchUser(staging: StagingContext, id: ResourceId, body: unknown, write: WriteOptions): Promise<Person> {
  const { source, schemas, noteUndeclared } = staging;
  const operations = parsePatch(body);
  // Resolved before the unit of the store, because a unit blocks other writes.
  const changes = resolveChanges(operations, schemas.user);
  const person = await source.users.update(
    id,
    (now, person) => {
      assertVersion(write, person.version);
      return applyChanges(now, changes, schemas.user);
    },
    write.by,
  );
  noteUndeclared?.(findUndeclaredInPatch(operations, schemas.user));
  return person;
}

/** Deletes a User (RFC 7644 §3.6). */
export async function removeUser({ source }: StagingContext, id: ResourceId, write: WriteOptions): Promise<void> {
  await source.users.remove(id, write.by, (person) => assertVersion(write, person.version));
}

/** One User with its groups. @throws {ScimError} 404 if it does not exist. */
export async function readUser({ source }: StagingContext, id: ResourceId): Promise<PersonWithGroups> {
  const found = await source.users.get(id);
  if (!found) throw notFound('User', id);
  return found;
}
