// Renders Users and Groups as SCIM resources.
import type { Group, GroupName, Member, Person } from '../../domain/person.ts';
import { renderGroup, renderUser, type RenderedRef } from '../../scim/render.ts';
import type { JsonObject } from '../../scim/resource.ts';
import type { Schemas } from '../../scim/schema/compile-schemas.ts';
import { toEntityTag } from './send-response.ts';

/** A Person as the Source sees it. `baseUrl` has no trailing slash. */
export function renderPerson(person: Person, groups: readonly GroupName[], schemas: Schemas, baseUrl: string): JsonObject {
  return renderUser(
    person.user,
    {
      ...toEnvelope(person, `${baseUrl}/Users/${person.id}`),
      groups: renderGroupsOf(groups, baseUrl),
    },
    schemas,
  );
}

/** The Groups of a Person, as the attribute `groups` shows them. */
export function renderGroupsOf(groups: readonly GroupName[], baseUrl: string): readonly RenderedRef[] {
  return groups.map(({ id, displayName }) => ({ value: id, $ref: `${baseUrl}/Groups/${id}`, display: displayName, type: 'direct' }));
}

/** A staged Group as the Source sees it, without its members. */
export function renderStagedGroup(group: Group, schemas: Schemas, baseUrl: string): JsonObject {
  return renderGroup(group.group, toEnvelope(group, `${baseUrl}/Groups/${group.id}`), schemas);
}

/** Members of a Group, as the attribute `members` shows them. */
export function renderMembers(members: readonly Member[], baseUrl: string): readonly RenderedRef[] {
  return members.map(({ id, type, display }) => ({
    value: id,
    // A member that has not been received has no URL yet.
    ...(type && { $ref: `${baseUrl}/${type}s/${id}`, type }),
    ...(display !== undefined && { display }),
  }));
}

function toEnvelope({ id, createdAt, modifiedAt, version }: Person | Group, location: string) {
  return { id, created: createdAt, modified: modifiedAt, version: toEntityTag(version), location };
}
