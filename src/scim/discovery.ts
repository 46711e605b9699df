import type { JsonObject } from './resource.ts';
import { GROUP_URN, USER_URN } from './resource.ts';
import type { Schemas } from './schema/compile.ts';
import type { AttributeDefinition, SchemaDefinition } from './schema/definition.ts';

/** What a deployment decides about the protocol. */
export interface ServiceSettings {
  /** The base address as this client reaches it, without a slash at its end. */
  readonly baseUrl: string;
  /** The most resources in one page of a list. */
  readonly maxResults: number;
  /** Absent: `/Bulk` is not offered. */
  readonly bulk?: { readonly maxOperations: number; readonly maxPayloadSizeBytes: number };
  /** Where the manual for this service can be read. */
  readonly documentationUri?: string;
}

/** The answer to `/ServiceProviderConfig` (RFC 7643 §5): a single object, never a list. */
export function serviceProviderConfig({ baseUrl, maxResults, bulk, documentationUri }: ServiceSettings): JsonObject {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    ...(documentationUri !== undefined && { documentationUri }),
    patch: { supported: true },
    bulk: { supported: bulk !== undefined, maxOperations: bulk?.maxOperations ?? 0, maxPayloadSize: bulk?.maxPayloadSizeBytes ?? 0 },
    filter: { supported: true, maxResults },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'A token in the Authorization header (RFC 6750)',
        specUri: 'https://www.rfc-editor.org/rfc/rfc6750',
        primary: true,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${baseUrl}/ServiceProviderConfig` },
  };
}

/** The resources of `/ResourceTypes` (RFC 7643 §6), `/Users` first as Microsoft's tests want (fact sheet §4). */
export function resourceTypes(schemas: Schemas, baseUrl: string): readonly JsonObject[] {
  return [
    resourceType('User', '/Users', 'User Account', USER_URN, schemas, baseUrl),
    resourceType('Group', '/Groups', 'Group', GROUP_URN, schemas, baseUrl),
  ];
}

/**
 * The resources of `/Schemas` (RFC 7643 §7). No nulls, keywords in camelCase (fact sheet §4). Left out, although they
 * are accepted: `password`, which we throw away, and the `display` of `emails`; the SCIM Validator has rejected
 * schemas that have them (fact sheet §4).
 */
export function schemaResources(schemas: Schemas, baseUrl: string): readonly JsonObject[] {
  return schemas.definitions.map((definition) => schemaResource(definition, baseUrl));
}

function resourceType(
  name: 'User' | 'Group',
  endpoint: string,
  description: string,
  schema: string,
  schemas: Schemas,
  baseUrl: string,
): JsonObject {
  const extensions = schemas.extensions.filter((extension) => extension.resourceType === name);
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    id: name,
    name,
    endpoint,
    description,
    schema,
    ...(extensions.length > 0 && { schemaExtensions: extensions.map((extension) => ({ schema: extension.schema.id, required: false })) }),
    meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/${name}` },
  };
}

function schemaResource({ id, name, description, attributes }: SchemaDefinition, baseUrl: string): JsonObject {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
    id,
    name,
    description,
    attributes: attributes.filter(({ mutability }) => mutability !== 'writeOnly').map(publishAttribute),
    meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${id}` },
  };
}

function publishAttribute(attribute: AttributeDefinition): JsonObject {
  const { subAttributes, closed: _closed, ...rest } = attribute;
  if (!subAttributes) return rest;
  const shown = attribute.name === 'emails' ? subAttributes.filter(({ name }) => name !== 'display') : subAttributes;
  return { ...rest, subAttributes: shown.map(publishAttribute) };
}
