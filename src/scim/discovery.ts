// Builds the resources of the discovery endpoints: `/ServiceProviderConfig`, `/ResourceTypes`, `/Schemas`.
import { type JsonObject, groupUrn, userUrn } from './resource.ts';
import { commonAttributes } from './schema/common-attributes.ts';
import type { Schemas } from './schema/compile-schemas.ts';
import type { AttributeDefinition, SchemaDefinition } from './schema/definition.ts';

/** Protocol settings of a deployment. */
export interface ServiceSettings {
  /** The base URL that this client uses, without a trailing slash. */
  readonly baseUrl: string;
  /** Resources per page of a list: the default and the maximum. */
  readonly pageSizes: { readonly usual: number; readonly most: number };
  readonly bulk: { readonly maxOperations: number; readonly maxPayloadSizeBytes: number };
}

/** An authentication scheme of RFC 7643 §5. */
interface AuthenticationScheme {
  readonly type: 'oauthbearertoken' | 'oauth2';
  readonly name: string;
  readonly description: string;
  readonly specUri: string;
  /** True for exactly one scheme. */
  readonly primary: boolean;
}

const authenticationSchemes: readonly AuthenticationScheme[] = [
  {
    type: 'oauthbearertoken',
    name: 'Bearer token',
    description: 'A token in the Authorization header.',
    specUri: 'https://www.rfc-editor.org/rfc/rfc6750',
    primary: true,
  },
  {
    type: 'oauth2',
    name: 'OAuth 2.0 client credentials',
    description: 'A bearer token, valid for one hour, from /oauth/token. Send the client secret in the form or in a Basic header.',
    specUri: 'https://www.rfc-editor.org/rfc/rfc6749#section-4.4',
    primary: false,
  },
];

/**
 * The response to `/ServiceProviderConfig` (RFC 7643 §5, `pagination` of RFC 9865 §4): a single object, never a list. It has no
 * `documentationUri`, because the manual has no URL, and no `cursorTimeout`, because cursors are valid until the process ends.
 */
export function serviceProviderConfig({ baseUrl, pageSizes, bulk }: ServiceSettings): JsonObject {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    patch: { supported: true },
    bulk: { supported: true, maxOperations: bulk.maxOperations, maxPayloadSize: bulk.maxPayloadSizeBytes },
    filter: { supported: true, maxResults: pageSizes.most },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: pageSizes.usual,
      maxPageSize: pageSizes.most,
    },
    authenticationSchemes,
    meta: { resourceType: 'ServiceProviderConfig', location: `${baseUrl}/ServiceProviderConfig` },
  };
}

/** The resources of `/ResourceTypes` (RFC 7643 §6), `/Users` first (docs/entra-facts.md#other-discovery-endpoints). */
export function resourceTypes(schemas: Schemas, baseUrl: string): readonly JsonObject[] {
  return [
    resourceType({ name: 'User', endpoint: '/Users', description: 'User Account', schema: userUrn }, schemas, baseUrl),
    resourceType({ name: 'Group', endpoint: '/Groups', description: 'Group', schema: groupUrn }, schemas, baseUrl),
  ];
}

/**
 * The resources of `/Schemas` (RFC 7643 §7), without nulls and with keywords in camelCase (docs/entra-facts.md#schemas). `password`, which
 * we discard, and the `display` of `emails` are accepted but not listed, because the SCIM Validator rejected schemas with them. The
 * schemas of the discovery resources (RFC 7643 §8.7.2) are not listed either: Entra offers every listed attribute for people and groups.
 */
export function schemaResources(schemas: Schemas, baseUrl: string): readonly JsonObject[] {
  return schemas.definitions.map((definition) => schemaResource(definition, baseUrl));
}

interface ResourceTypeFacts {
  readonly name: 'User' | 'Group';
  readonly endpoint: string;
  readonly description: string;
  readonly schema: string;
}

function resourceType(facts: ResourceTypeFacts, schemas: Schemas, baseUrl: string): JsonObject {
  const { name, endpoint, description, schema } = facts;
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

/**
 * With `externalId`, although it belongs to no schema: Entra's default mappings have it as a target, and Microsoft's Logic App suite
 * counts every target that is not listed as missing (docs/entra-facts.md#schemas).
 */
function attributesShown({ id, attributes }: SchemaDefinition): readonly AttributeDefinition[] {
  const isOfResource = id === userUrn || id === groupUrn;
  const shown = attributes.filter(({ mutability }) => mutability !== 'writeOnly');
  return isOfResource ? [...shown, ...commonAttributes.filter(({ name }) => name === 'externalId')] : shown;
}

function schemaResource(definition: SchemaDefinition, baseUrl: string): JsonObject {
  const { id, name, description } = definition;
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
    id,
    name,
    description,
    attributes: attributesShown(definition).map(publishAttribute),
    meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${id}` },
  };
}

function publishAttribute(attribute: AttributeDefinition): JsonObject {
  const { subAttributes, closed: _closed, ...rest } = attribute;
  if (!subAttributes) return rest;
  const shown = attribute.name === 'emails' ? subAttributes.filter(({ name }) => name !== 'display') : subAttributes;
  return { ...rest, subAttributes: shown.map(publishAttribute) };
}
