// The schema of the enterprise User extension.
import { enterpriseUserUrn } from '../resource.ts';
import { defineAttribute, defineComplex, type SchemaExtension } from './definition.ts';

/** The enterprise extension of the User (RFC 7643 §4.3); `manager.value` is case-exact because Vestibule's ids are. */
export const enterpriseUserExtension: SchemaExtension = {
  resourceType: 'User',
  schema: {
    id: enterpriseUserUrn,
    name: 'EnterpriseUser',
    description: 'Enterprise User',
    attributes: [
      defineAttribute('employeeNumber', 'The employee number.'),
      defineAttribute('costCenter', 'The cost center.'),
      defineAttribute('organization', 'The organization.'),
      defineAttribute('division', 'The division.'),
      defineAttribute('department', 'The department.'),
      defineComplex('manager', 'The manager of the person.', [
        defineAttribute('value', 'The id of the manager.', { caseExact: true }),
        defineAttribute('$ref', 'The address of the manager.', { type: 'reference', referenceTypes: ['User'], caseExact: true }),
        defineAttribute('displayName', 'The name of the manager.', { mutability: 'readOnly' }),
      ]),
    ],
  },
};
