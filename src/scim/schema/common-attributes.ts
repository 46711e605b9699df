import { defineAttribute, defineComplex, type AttributeDefinition } from './definition.ts';

/**
 * The attributes that every resource has (RFC 7643 §3 and §3.1). They belong to no schema, so `/Schemas` shows none
 * of them but `externalId`; filters, paths and projections name them all.
 */
export const commonAttributes: readonly AttributeDefinition[] = [
  defineAttribute('schemas', 'The URNs of the schemas whose attributes the resource holds.', {
    type: 'reference',
    referenceTypes: ['uri'],
    multiValued: true,
    mutability: 'readOnly',
    returned: 'always',
  }),
  defineAttribute('id', 'Our identifier of the resource; stable and never used again.', {
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
    uniqueness: 'server',
  }),
  defineAttribute('externalId', 'The identifier that the provisioning client gave the resource.', { caseExact: true }),
  defineComplex(
    'meta',
    'What the server knows of the resource.',
    [
      defineAttribute('resourceType', 'The name of the resource type.', { caseExact: true, mutability: 'readOnly' }),
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
