// The schema of the Group.
import { groupUrn } from '../resource.ts';
import { defineAttribute, defineComplex, type SchemaDefinition } from './definition.ts';

/**
 * The core Group of RFC 7643 §4.2. It differs from §8.7.1 in two points: `displayName` is unique (Entra matches by it and tests the 409;
 * docs/entra-facts.md#creating-groups), and a member's `value` is case-exact because Vestibule's ids are.
 */
export const groupSchema: SchemaDefinition = {
  id: groupUrn,
  name: 'Group',
  description: 'Group',
  attributes: [
    defineAttribute('displayName', 'The name of the group.', { required: true, uniqueness: 'server' }),
    defineComplex(
      'members',
      'The members of the group.',
      [
        defineAttribute('value', 'The id of the member.', { caseExact: true, mutability: 'immutable' }),
        defineAttribute('$ref', 'The address of the member.', {
          type: 'reference',
          referenceTypes: ['User', 'Group'],
          caseExact: true,
          mutability: 'immutable',
        }),
        defineAttribute('type', 'Whether the member is a user or a group.', {
          mutability: 'immutable',
          canonicalValues: ['User', 'Group'],
        }),
        defineAttribute('display', 'The display name of the member.', { mutability: 'immutable' }),
      ],
      { multiValued: true },
    ),
  ],
};
