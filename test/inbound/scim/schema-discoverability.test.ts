import { expect, test } from 'vitest';
import { enterpriseUserUrn, groupUrn, userUrn } from '../../../src/scim/resource.ts';
import { contosoUrn, startScimServer } from '../../http/support/scim-server.ts';

interface Attribute {
  readonly name: string;
  readonly type: string;
  readonly multiValued: boolean;
  readonly subAttributes?: readonly Attribute[];
  readonly canonicalValues?: readonly string[];
}

interface Schema {
  readonly id: string;
  readonly attributes: readonly Attribute[];
}

/** The mapping targets of an attribute, in the format of the Logic App suite (SCIMTests_Workflow.json, Schema_Discoverability_Test). */
function targetsOf({ name, type, multiValued, subAttributes = [] }: Attribute): readonly string[] {
  if (name === 'manager' || name === 'members') return [name];
  if (type !== 'complex') return type === 'reference' ? [] : [name];
  if (!multiValued) return subAttributes.filter((part) => !/complex|reference/.test(part.type)).map((part) => `${name}.${part.name}`);
  const kinds = subAttributes.find((part) => part.name === 'type')?.canonicalValues ?? [];
  const parts = subAttributes.map((part) => part.name).filter((part) => part !== 'primary');
  if (kinds.length === 0) return parts.map((part) => `${name}[primary eq "True"].${part}`);
  return kinds.flatMap((kind) => parts.filter((part) => part !== 'type').map((part) => `${name}[type eq "${kind}"].${part}`));
}

const below = (prefix: string, names: string, suffix = '') => names.split(' ').map((name) => `${prefix}${name}${suffix}`);

/** The default mapping, the additions of portal and validator (docs/entra-facts.md#default-mapping), and a declared attribute. */
const userTargets = [
  ...below('', 'active userName externalId displayName title preferredLanguage nickName userType locale timezone'),
  ...below('name.', 'formatted givenName familyName middleName honorificPrefix honorificSuffix'),
  ...below('emails[type eq "', 'work other', '"].Value'),
  ...below('addresses[type eq "work"].', 'formatted streetAddress locality region postalCode country'),
  'addresses[type eq "other"].Formatted',
  ...below('phoneNumbers[type eq "', 'work mobile fax', '"].value'),
  ...below('roles[primary eq "True"].', 'value display type'),
  ...below(`${enterpriseUserUrn}:`, 'employeeNumber costCenter organization division department manager'),
  `${contosoUrn}:badgeNumber`,
];

test('every target attribute of the default mapping is found in /Schemas in the way of the Logic App suite', async () => {
  const server = await startScimServer();
  const { Resources } = (await server.request('GET', '/Schemas')).body as { Resources: readonly Schema[] };
  const core = (urn: string) => Resources.filter(({ id }) => id === urn).flatMap(({ attributes }) => attributes.flatMap(targetsOf));
  const extensions = Resources.filter(({ id }) => id !== userUrn && id !== groupUrn);
  const extended = extensions.flatMap(({ id, attributes }) => attributes.map(({ name }) => `${id}:${name}`));
  const missing = (wanted: readonly string[], offered: readonly string[]) => {
    const known = new Set(offered.map((target) => target.toLowerCase()));
    return wanted.filter((target) => !known.has(target.toLowerCase()));
  };
  expect(missing(userTargets, [...core(userUrn), ...extended])).toEqual([]);
  expect(missing(['displayName', 'externalId', 'members'], core(groupUrn))).toEqual([]);
});
