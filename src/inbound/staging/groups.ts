// The SCIM operations on Groups: create, replace, patch, delete, read.
import type { ResourceId } from '../../domain/ids.ts';
import type { Group, Member } from '../../domain/person.ts';
import { isDeepEqual } from '../../scim/deep-equal.ts';
import { notFound } from '../../scim/errors.ts';
import { findIgnoringCase } from '../../scim/lenient/any-client.ts';
import { parsePatch } from '../../scim/patch/parse-patch.ts';
import { reduceGroupPatch } from '../../scim/patch/reduce-group.ts';
import { isObject, type JsonObject } from '../../scim/resource.ts';
import { parseGroup } from '../../scim/parse-resource.ts';
import { assertVersion, type StagingContext, type WriteOptions } from './staging-context.ts';

// Every function rejects with a ScimError that can be sent unchanged, or with a StoreError; then nothing was stored.

/** Members per page of a read; a page has about 100 kB. */
const membersPerPage = 1000;

/** Stages the Group of a POST body with its members (RFC 7644 §3.3), under a new id or a reserved one. */
export async function createGroup(
  { source, schemas }: StagingContext,
  body: unknown,
  { by }: WriteOptions,
  id?: ResourceId,
): Promise<Group> {
  const { group, members } = parseGroup(body, schemas);
  return source.groups.create(group, members, by, id);
}

/**
 * Replaces a Group by a PUT body (RFC 7644 §3.5.1). A body without `members` keeps the members: the RFC allows this, and a rename by PUT
 * must not empty the Group.
 */
export async function replaceGroup(
  { source, schemas }: StagingContext,
  id: ResourceId,
  body: unknown,
  write: WriteOptions,
): Promise<Group> {
  const { group: next, members } = parseGroup(body, schemas);
  return source.groups.edit(
    id,
    {
      change: (now) => (isDeepEqual(now, next) ? now : next),
      ...(speaksOfMembers(body) && { members: { base: 'none', add: members, remove: [] } }),
    },
    write.by,
    (group) => assertVersion(write, group.version),
  );
}

/** Applies a PATCH body to a Group, name and members together, for any number of members (RFC 7644 §3.5.2). */
export async function patchGroup({ source, schemas }: StagingContext, id: ResourceId, body: unknown, write: WriteOptions): Promise<Group> {
  const edit = reduceGroupPatch(parsePatch(body), schemas);
  return source.groups.edit(id, edit, write.by, (group) => assertVersion(write, group.version));
}

/** Deletes a Group; its members stay staged (RFC 7644 §3.6). */
export async function removeGroup({ source }: StagingContext, id: ResourceId, write: WriteOptions): Promise<void> {
  await source.groups.remove(id, write.by, (group) => assertVersion(write, group.version));
}

/** One Group without its members. @throws {ScimError} 404 if it does not exist. */
export async function readGroup({ source }: StagingContext, id: ResourceId): Promise<Group> {
  const found = await source.groups.get(id);
  if (!found) throw notFound('Group', id);
  return found;
}

/**
 * The members of a Group sorted by id, page by page; empty for an empty or unknown Group. Members who join or leave during the reading may
 * or may not be included.
 * @throws {ScimError} 404 after the first page if the Group was deleted meanwhile: the members returned so far are incomplete.
 */
export async function* eachMembers({ source }: StagingContext, id: ResourceId): AsyncGenerator<readonly Member[]> {
  for (let last: ResourceId | undefined; ;) {
    const page = await source.groups.members(id, last, membersPerPage);
    if (last !== undefined && (await source.groups.get(id)) === undefined) throw notFound('Group', id);
    if (page.length > 0) yield page;
    if (page.length < membersPerPage) return;
    last = page.at(-1)?.id;
  }
}

function speaksOfMembers(body: unknown): boolean {
  return isObject(body) && findIgnoringCase(body satisfies JsonObject, 'members') !== undefined;
}
