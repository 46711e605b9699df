import { expect, test } from 'vitest';
import { schemaResources } from '../../../src/scim/discovery.ts';
import type { AttributeDefinition } from '../../../src/scim/schema/definition.ts';
import { schemas } from '../samples.ts';
import { standardSchemas } from './standard.ts';

/** An attribute in the short form of `standard.ts`. */
function describeAttribute(attribute: AttributeDefinition): readonly string[] {
  const { name, type, multiValued, required, caseExact, mutability, returned, uniqueness } = attribute;
  const words = [
    name,
    type === 'string' ? '' : type,
    multiValued ? '*' : '',
    required ? '!' : '',
    caseExact ? 'caseExact' : '',
    mutability === 'readWrite' ? '' : mutability,
    returned === 'default' ? '' : returned,
    uniqueness === 'none' ? '' : uniqueness,
    attribute.referenceTypes ? `<${attribute.referenceTypes.join(' ')}>` : '',
    attribute.canonicalValues ? `{${attribute.canonicalValues.join(' ')}}` : '',
  ];
  const parts = (attribute.subAttributes ?? []).flatMap(describeAttribute).map((line) => `${name}.${line}`);
  return [words.filter(Boolean).join(' '), ...parts];
}

function readStandard(text: string): readonly string[] {
  let parent = '';
  return text
    .trim()
    .split('\n')
    .map((line) => {
      if (!line.startsWith(' ')) parent = line.split(' ')[0] ?? '';
      return line.startsWith(' ') ? `${parent}.${line.trim()}` : line;
    });
}

test('our schemas are those of RFC 7643 §8.7, with the documented differences', () => {
  const differences = schemas.definitions.flatMap(({ name, attributes }) => {
    const standard = readStandard(standardSchemas[name] ?? '');
    const ours = attributes.flatMap(describeAttribute);
    return [
      ...standard.filter((line) => !ours.includes(line)).map((line) => `${name}: not ${line}`),
      ...ours.filter((line) => !standard.includes(line)).map((line) => `${name}: but ${line}`),
    ];
  });
  expect(new Set(differences)).toEqual(
    new Set([
      // References and binary values are case-exact by §2.3.6, §2.3.7 and §7, although the examples of §8.7 differ.
      'User: not profileUrl reference <external>',
      'User: but profileUrl reference caseExact <external>',
      'User: not photos.value reference <external>',
      'User: but photos.value reference caseExact <external>',
      'User: not x509Certificates.value binary',
      'User: but x509Certificates.value binary caseExact',
      'EnterpriseUser: not manager.$ref reference <User>',
      'EnterpriseUser: but manager.$ref reference caseExact <User>',
      'Group: not members.$ref reference immutable <User Group>',
      'Group: but members.$ref reference caseExact immutable <User Group>',
      // The groups of a User contain only Groups.
      'User: not groups.$ref reference readOnly <User Group>',
      'User: but groups.$ref reference caseExact readOnly <Group>',
      // An id is case-exact by §3.1, and so are references to ids.
      'User: not groups.value readOnly',
      'User: but groups.value caseExact readOnly',
      'Group: not members.value immutable',
      'Group: but members.value caseExact immutable',
      'EnterpriseUser: not manager.value',
      'EnterpriseUser: but manager.value caseExact',
      // A password is compared unchanged (RFC 7643 §4.1.1); Vestibule never stores one.
      'User: not password writeOnly never',
      'User: but password caseExact writeOnly never',
      // RFC 7643 §2.4 defines `primary` for every multi-valued attribute; Entra sends it for addresses.
      'User: but addresses.primary boolean',
      // The text of RFC 7643 §4.2 requires a displayName; a duplicate must get 409 (docs/entra-facts.md#creating-groups).
      'Group: not displayName',
      'Group: but displayName ! server',
      // §2.4: a readable name of the member.
      'Group: but members.display immutable',
    ]),
  );
});

test('every attribute is returned with every characteristic of RFC 7643 §7, sub-attributes too, and with no other key', () => {
  const always = ['name', 'type', 'multiValued', 'description', 'required', 'caseExact', 'mutability', 'returned', 'uniqueness'];
  const sometimes = new Set(['canonicalValues', 'referenceTypes', 'subAttributes']);
  const check = (attribute: Readonly<Record<string, unknown>>): void => {
    for (const key of always) expect(attribute, JSON.stringify(attribute)).toHaveProperty(key);
    expect(Object.keys(attribute).filter((key) => !always.includes(key) && !sometimes.has(key))).toEqual([]);
    expect(attribute['type'] === 'complex').toBe('subAttributes' in attribute);
    expect(attribute['type'] === 'reference').toBe('referenceTypes' in attribute);
    for (const part of (attribute['subAttributes'] ?? []) as Record<string, unknown>[]) {
      expect(part['type']).not.toBe('complex');
      check(part);
    }
  };
  const shown = schemaResources(schemas, 'https://x.test/scim');
  expect(shown).toHaveLength(3);
  for (const { attributes } of shown) for (const attribute of attributes as Record<string, unknown>[]) check(attribute);
});
