// Renders a stored document as a SCIM resource.
import { keepDeclaredValues, declaredPart } from './declared-values.ts';
import type { JsonObject, ScimGroup, ScimUser } from './resource.ts';
import type { ResourceSchema, Schemas } from './schema/compile-schemas.ts';

/** The properties of a resource besides its document: id, version, times. */
export interface Envelope {
  readonly id: string;
  readonly created: Date;
  readonly modified: Date;
  /** As in the ETag header, quotes and `W/` included. */
  readonly version?: string;
  /** The absolute address of the resource, as this client reaches it. */
  readonly location: string;
}

/** A member of a Group, or a Group of a User, in an answer. */
export interface RenderedRef {
  readonly value: string;
  readonly $ref?: string;
  readonly type?: string;
  readonly display?: string;
}

/**
 * The User as the Source sees it; no `groups` where there are none. Filters and projections apply to it. Omits values of declared
 * attributes that no longer match their declaration.
 */
export function renderUser(
  user: ScimUser,
  envelope: Envelope & { readonly groups?: readonly RenderedRef[] },
  schemas: Schemas,
): JsonObject {
  const { groups } = envelope;
  return render(user, envelope, schemas.user, groups && groups.length > 0 ? { groups } : {});
}

/** The Group as the Source sees it; no `members` where there are none or they were not read. */
export function renderGroup(
  group: ScimGroup,
  envelope: Envelope & { readonly members?: readonly RenderedRef[] },
  schemas: Schemas,
): JsonObject {
  const { members } = envelope;
  return render(group, envelope, schemas.group, members && members.length > 0 ? { members } : {});
}

function render(stored: JsonObject, envelope: Envelope, type: ResourceSchema, further: JsonObject): JsonObject {
  const { id, created, modified, version, location } = envelope;
  const document = keepDeclaredValues(stored, type);
  // What an earlier declaration left behind is in the document, but no attribute of the extension.
  const extensions = type.extensions.filter((extension) => declaredPart(document[extension.urn], extension)).map(({ urn }) => urn);
  return {
    schemas: [type.urn, ...extensions],
    id,
    ...document,
    ...further,
    meta: {
      resourceType: type.name,
      created: created.toISOString(),
      lastModified: modified.toISOString(),
      location,
      ...(version !== undefined && { version }),
    },
  };
}
