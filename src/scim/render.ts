// Renders a stored document as a SCIM resource.
import { keepDeclaredValues, declaredPart } from './declared-values.ts';
import type { JsonObject, ScimGroup, ScimUser } from './resource.ts';
import type { ResourceSchema, Schemas } from './schema/compile-schemas.ts';

/** The properties of a resource besides its document: id, version, times. */
export interface Envelope {
  readonly id: string;
  readonly created: Date;
  readonly modified: Date;
  /** As in the ETag header, including quotes and `W/`. */
  readonly version?: string;
  /** The absolute URL of the resource that this client uses. */
  readonly location: string;
}

/** A member of a Group, or a Group of a User, in a response. */
export interface RenderedRef {
  readonly value: string;
  readonly $ref?: string;
  readonly type?: string;
  readonly display?: string;
}

/**
 * The User as the Source sees it; without `groups` if there are none. Filters and projections apply to the result. Omits values of declared
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

/** The Group as the Source sees it; without `members` if there are none or if they were not read. */
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
  // The document can contain values that only an earlier declaration allowed; they do not count as attributes of the extension.
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
