import { expect, test } from 'vitest';
import { ENTERPRISE_USER_URN, GROUP_URN, USER_URN } from '../../src/scim/resource.ts';
import { contosoUrn, startScimServer } from './scim-server.ts';

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

/** The targets that an attribute offers, as the Logic App suite spells them out (SCIMTests_Workflow.json, Schema_Discoverability_Test). */
function targetsOf({ name, type, multiValued, subAttributes = [] }: Attribute): readonly string[] {
  if (name === 'manager' || name === 'members') return [name];
  if (type !== 'complex') return type === 'reference' ? [] : [name];
  if (!multiValued) return subAttributes.filter((part) => !/complex|reference/.test(part.type)).map((part) => `${name}.${part.name}`);
  const kinds = subAttributes.find((part) => part.name === 'type')?.canonicalValues ?? [];
  const parts = subAttributes.map((part) => part.name).filter((part) => part !== 'primary');
  if (kinds.length === 0) return parts.map((part) => `${name}[primary eq "True"].${part}`);
  return kinds.flatMap((kind) => parts.filter((part) => part !== 'type').map((part) => `${name}[type eq "${kind}"].${part}`));
}

/** The default mapping of a non-gallery app, what the portal and the validator add to it (fact sheet §2.6), and a declared attribute. */
const userTargets = [
  ...['active', 'userName', 'externalId', 'displayName', 'title', 'preferredLanguage', 'nickName', 'userType', 'locale', 'timezone'],
  ...['formatted', 'givenName', 'familyName', 'middleName', 'honorificPrefix', 'honorificSuffix'].map((part) => `name.${part}`),
  ...['emails[type eq "work"].value', 'emails[type eq "other"].Value', 'addresses[type eq "other"].Formatted'],
  ...['formatted', 'streetAddress', 'locality', 'region', 'postalCode', 'country'].map((part) => `addresses[type eq "work"].${part}`),
  ...['work', 'mobile', 'fax'].map((kind) => `phoneNumbers[type eq "${kind}"].value`),
  ...['value', 'display', 'type'].map((part) => `roles[primary eq "True"].${part}`),
  ...['employeeNumber', 'costCenter', 'organization', 'division', 'department', 'manager'].map((part) => `${ENTERPRISE_USER_URN}:${part}`),
  `${contosoUrn}:badgeNumber`,
];

test('every target of the default mapping is found in /Schemas in the way of the Logic App suite', async () => {
  const server = await startScimServer();
  const { Resources } = (await server.request('GET', '/Schemas')).body as { Resources: readonly Schema[] };
  const core = (urn: string) => Resources.filter(({ id }) => id === urn).flatMap(({ attributes }) => attributes.flatMap(targetsOf));
  const extensions = Resources.filter(({ id }) => id !== USER_URN && id !== GROUP_URN);
  const extended = extensions.flatMap(({ id, attributes }) => attributes.map(({ name }) => `${id}:${name}`));
  const missing = (wanted: readonly string[], offered: readonly string[]) => {
    const known = new Set(offered.map((target) => target.toLowerCase()));
    return wanted.filter((target) => !known.has(target.toLowerCase()));
  };
  expect(missing(userTargets, [...core(USER_URN), ...extended])).toEqual([]);
  expect(missing(['displayName', 'externalId', 'members'], core(GROUP_URN))).toEqual([]);
});
