// The common attributes of all resources: `id`, `externalId`, `meta`, `schemas`.
import { defineAttribute, defineComplex, type AttributeDefinition } from './definition.ts';

/**
 * The attributes that every resource has (RFC 7643 §3 and §3.1). They belong to no schema, so `/Schemas` shows only `externalId`. Filters,
 * paths and projections can name all of them.
 */
export const commonAttributes: readonly AttributeDefinition[] = [
  defineAttribute('schemas', 'The URNs of the schemas of the resource.', {
    type: 'reference',
    referenceTypes: ['uri'],
    multiValued: true,
    mutability: 'readOnly',
    returned: 'always',
  }),
  defineAttribute('id', 'The unique identifier of the resource; stable and never reused.', {
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
    uniqueness: 'server',
  }),
  defineAttribute('externalId', 'The identifier set by the provisioning client.', { caseExact: true }),
  defineComplex(
    'meta',
    'The metadata of the resource.',
    [
      defineAttribute('resourceType', 'The resource type.', { caseExact: true, mutability: 'readOnly' }),
      defineAttribute('created', 'When the resource was created.', { type: 'dateTime', mutability: 'readOnly' }),
      defineAttribute('lastModified', 'When the resource last changed.', { type: 'dateTime', mutability: 'readOnly' }),
      defineAttribute('location', 'The address of the resource.', {
        type: 'reference',
        referenceTypes: ['uri'],
        caseExact: true,
        mutability: 'readOnly',
      }),
      defineAttribute('version', 'The version of the resource, as in the ETag header.', { caseExact: true, mutability: 'readOnly' }),
    ],
    { mutability: 'readOnly' },
  ),
];
