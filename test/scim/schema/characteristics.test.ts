import { describe, expect, it, test } from 'vitest';
import { evaluate } from '../../../src/scim/filter/compile-filter.ts';
import { applyPatch } from '../../support/apply-patch.ts';
import { reduceGroupPatch } from '../../../src/scim/patch/reduce-group.ts';
import { parseProjection, project } from '../../../src/scim/projection.ts';
import { enterpriseUserUrn, groupUrn, userUrn, type JsonObject } from '../../../src/scim/resource.ts';
import { compileSchemas } from '../../../src/scim/schema/compile-schemas.ts';
import { defineAttribute, defineComplex, type AttributeDefinition, type SchemaExtension } from '../../../src/scim/schema/definition.ts';
import { parseGroup, parseUser } from '../../../src/scim/parse-resource.ts';
import { aUser, errorOf } from '../samples.ts';

const own: SchemaExtension = {
  resourceType: 'User',
  schema: {
    id: 'urn:contoso:2.0:User',
    name: 'Contoso',
    description: '',
    attributes: [
      defineAttribute('badge', '', { mutability: 'immutable', caseExact: true }),
      defineAttribute('floor', '', { type: 'integer' }),
      defineAttribute('share', '', { type: 'decimal' }),
      defineAttribute('since', '', { type: 'dateTime' }),
      defineAttribute('aider', '', { type: 'boolean' }),
      defineAttribute('tags', '', { multiValued: true }),
      defineAttribute('grade', '', { canonicalValues: ['A', 'B'] }),
      defineAttribute('pin', '', { mutability: 'writeOnly', returned: 'never' }),
      defineAttribute('notes', '', { returned: 'request' }),
      defineAttribute('origin', '', { returned: 'always' }),
      defineAttribute('score', '', { mutability: 'readOnly' }),
      defineComplex('desk', '', [
        defineAttribute('room', '', { returned: 'always' }),
        defineAttribute('seat', ''),
        defineAttribute('key', '', { returned: 'never' }),
        defineAttribute('hint', '', { returned: 'request' }),
        defineAttribute('plate', '', { mutability: 'immutable' }),
      ]),
    ],
  },
};
const schemas = compileSchemas([own]);

/**
 * The characteristics that differ from the defaults of RFC 7643 §2.2, by the schemas of §8.7.1 as text. Vestibule's schemas differ from
 * these in two points: the uniqueness of a Group's name, by which Entra matches (docs/entra-facts.md#matching-groups), and caseExact of
 * ids, URIs and binary data, which RFC 7643 §2.3.6 and §2.3.7 require although §8.7.1 has false.
 */
const expected: Readonly<Record<string, string>> = {
  [`${userUrn}:userName`]: 'string required unique',
  [`${userUrn}:name`]: 'complex',
  [`${userUrn}:profileUrl`]: 'reference caseExact',
  [`${userUrn}:active`]: 'boolean',
  [`${userUrn}:password`]: 'string writeOnly never caseExact',
  [`${userUrn}:emails`]: 'complex many',
  [`${userUrn}:emails.primary`]: 'boolean',
  [`${userUrn}:emails.type`]: 'string [work,home,other]',
  [`${userUrn}:phoneNumbers`]: 'complex many',
  [`${userUrn}:phoneNumbers.primary`]: 'boolean',
  [`${userUrn}:phoneNumbers.type`]: 'string [work,home,mobile,fax,pager,other]',
  [`${userUrn}:ims`]: 'complex many',
  [`${userUrn}:ims.primary`]: 'boolean',
  [`${userUrn}:ims.type`]: 'string [aim,gtalk,icq,xmpp,msn,skype,qq,yahoo]',
  [`${userUrn}:photos`]: 'complex many',
  [`${userUrn}:photos.value`]: 'reference caseExact',
  [`${userUrn}:photos.primary`]: 'boolean',
  [`${userUrn}:photos.type`]: 'string [photo,thumbnail]',
  [`${userUrn}:addresses`]: 'complex many',
  [`${userUrn}:addresses.primary`]: 'boolean',
  [`${userUrn}:addresses.type`]: 'string [work,home,other]',
  [`${userUrn}:groups`]: 'complex many readOnly',
  [`${userUrn}:groups.value`]: 'string readOnly caseExact',
  [`${userUrn}:groups.$ref`]: 'reference readOnly caseExact',
  [`${userUrn}:groups.display`]: 'string readOnly',
  [`${userUrn}:groups.type`]: 'string readOnly [direct,indirect]',
  [`${userUrn}:entitlements`]: 'complex many',
  [`${userUrn}:entitlements.primary`]: 'boolean',
  [`${userUrn}:roles`]: 'complex many',
  [`${userUrn}:roles.primary`]: 'boolean',
  [`${userUrn}:x509Certificates`]: 'complex many',
  [`${userUrn}:x509Certificates.value`]: 'binary caseExact',
  [`${userUrn}:x509Certificates.primary`]: 'boolean',
  [`${groupUrn}:displayName`]: 'string required unique',
  [`${groupUrn}:members`]: 'complex many',
  [`${groupUrn}:members.value`]: 'string immutable caseExact',
  [`${groupUrn}:members.$ref`]: 'reference immutable caseExact',
  [`${groupUrn}:members.type`]: 'string immutable [User,Group]',
  [`${groupUrn}:members.display`]: 'string immutable',
  [`${enterpriseUserUrn}:manager`]: 'complex',
  [`${enterpriseUserUrn}:manager.value`]: 'string caseExact',
  [`${enterpriseUserUrn}:manager.$ref`]: 'reference caseExact',
  [`${enterpriseUserUrn}:manager.displayName`]: 'string readOnly',
};

interface Described {
  readonly urn: string;
  readonly path: string;
  readonly definition: AttributeDefinition;
  readonly above: AttributeDefinition | undefined;
}

const all: readonly Described[] = schemas.definitions.flatMap(({ id, attributes }) =>
  attributes.flatMap((definition) => [
    { urn: id, path: definition.name, definition, above: undefined },
    ...(definition.subAttributes ?? []).map((sub) => ({
      urn: id,
      path: `${definition.name}.${sub.name}`,
      definition: sub,
      above: definition,
    })),
  ]),
);

function describeAttribute({
  type,
  multiValued,
  required,
  caseExact,
  mutability,
  returned,
  uniqueness,
  canonicalValues,
}: AttributeDefinition) {
  return [
    type,
    multiValued && 'many',
    required && 'required',
    mutability !== 'readWrite' && mutability,
    returned !== 'default' && returned,
    caseExact && 'caseExact',
    uniqueness !== 'none' && 'unique',
    canonicalValues && `[${canonicalValues.join(',')}]`,
  ]
    .filter((word) => typeof word === 'string')
    .join(' ');
}

const standard = all.filter(({ urn }) => urn !== own.schema.id);

test('the standard attributes have the characteristics of RFC 7643 §8.7.1', () => {
  const different = standard.filter(({ definition }) => describeAttribute(definition) !== 'string');
  expect(Object.fromEntries(different.map(({ urn, path, definition }) => [`${urn}:${path}`, describeAttribute(definition)]))).toEqual(
    expected,
  );
});

test('the attributes of RFC 7643 §4 exist with all their sub-attributes', () => {
  const names = (urn: string) => all.filter((one) => one.urn === urn && !one.above).map(({ path }) => path);
  const parts = (urn: string, name: string) =>
    all.filter((one) => one.urn === urn && one.above?.name === name).map((one) => one.definition.name);
  expect(names(userUrn)).toEqual(['userName', 'name', 'displayName', 'nickName', 'profileUrl', 'title', 'userType', 'preferredLanguage', 'locale', 'timezone', 'active', 'password', 'emails', 'phoneNumbers', 'ims', 'photos', 'addresses', 'groups', 'entitlements', 'roles', 'x509Certificates']); // prettier-ignore
  expect(names(groupUrn)).toEqual(['displayName', 'members']);
  expect(names(enterpriseUserUrn)).toEqual(['employeeNumber', 'costCenter', 'organization', 'division', 'department', 'manager']);
  expect(parts(userUrn, 'name')).toEqual(['formatted', 'familyName', 'givenName', 'middleName', 'honorificPrefix', 'honorificSuffix']);
  expect(parts(userUrn, 'addresses').toSorted()).toEqual(['country', 'formatted', 'locality', 'postalCode', 'primary', 'region', 'streetAddress', 'type']); // prettier-ignore
  for (const name of ['emails', 'phoneNumbers', 'ims', 'photos', 'entitlements', 'roles', 'x509Certificates'])
    expect(parts(userUrn, name)).toEqual(['value', 'display', 'type', 'primary']);
});

const examples: Readonly<Record<AttributeDefinition['type'], unknown>> = {
  string: 'Abc',
  reference: 'Abc',
  boolean: true,
  integer: 7,
  decimal: 7.5,
  dateTime: '2026-01-31T08:30:00Z',
  binary: 'TUlJ',
  complex: undefined,
};

/** A value of the attribute; for a complex attribute, a value with all sub-attributes. */
function anExample(definition: AttributeDefinition): unknown {
  const parts = definition.subAttributes?.map((sub) => [sub.name, anExample(sub)] as const);
  const one = parts ? Object.fromEntries(parts) : (definition.canonicalValues?.[0] ?? examples[definition.type]);
  return definition.multiValued ? [one] : one;
}

/** A body with only this attribute or sub-attribute, under its URN. */
function bodyWith({ urn, definition, above }: Described, value: unknown): JsonObject {
  const part = above ? { [definition.name]: value } : value;
  const name = above?.name ?? definition.name;
  const attribute = { [name]: above?.multiValued ? [part] : part };
  return urn === userUrn || urn === groupUrn ? attribute : { [urn]: attribute };
}

function parse(one: Described, body: JsonObject): JsonObject {
  if (one.urn !== groupUrn) return parseUser({ userName: 'u', ...body }, schemas);
  const { group, members } = parseGroup({ displayName: 'g', ...body }, schemas);
  return { ...group, ...(members.length > 0 && { members }) };
}

function patchWith(
  one: Described,
  operation: { readonly op: 'add' | 'replace' | 'remove'; readonly value?: unknown },
  path = `${one.urn}:${one.path}`,
) {
  if (one.urn !== groupUrn) return applyPatch({ userName: 'u' }, [{ ...operation, path }], schemas);
  return reduceGroupPatch([{ ...operation, path }], schemas).change?.({ displayName: 'g' });
}

const isReadOnly = ({ definition, above }: Described) => definition.mutability === 'readOnly' || above?.mutability === 'readOnly';
const isKept = (one: Described) => !isReadOnly(one) && one.definition.mutability !== 'writeOnly' && one.above?.name !== 'members';
const title = (one: Described): [string, Described] => [`${one.urn}:${one.path}`, one];

describe.each(all.filter(isKept).map(title))('the attribute %s', (path, one) => {
  const value = anExample(one.definition);

  it('is stored as it was sent, and set and removed by a PATCH', () => {
    const sent = bodyWith(one, value);
    if (one.definition.subAttributes === undefined) expect(parse(one, sent)).toMatchObject(sent);
    if (one.path === 'members') return;
    const patched = patchWith(one, { op: 'add', value });
    expect(patched).toEqual(parse(one, sent));
    if (one.definition.required || one.definition.mutability === 'immutable') return;
    const without = applyPatch({ userName: 'u', ...patched }, [{ op: 'remove', path }], schemas);
    expect(without).toEqual({ userName: 'u' });
  });

  it('is refused with a value of another type, and the error has its name', () => {
    const wrong = one.definition.type === 'complex' ? 7 : { nested: true };
    const error = errorOf(() => parse(one, bodyWith(one, wrong)));
    expect(error).toMatchObject({ status: 400, scimType: 'invalidValue' });
    expect(error.detail).toContain(one.path);
  });

  it('is found by a filter, with its case sensitivity', () => {
    const { type, caseExact, multiValued } = one.definition;
    if (type === 'complex' || one.urn === groupUrn) return;
    const document = parse(one, bodyWith(one, value));
    const scalar: unknown = multiValued ? (value as unknown[])[0] : value;
    const matches = (literal: unknown) =>
      evaluate({ is: 'compare', attribute: path, operator: 'eq', value: literal as string }, document, schemas.user);
    expect(matches(scalar)).toBe(true);
    expect(evaluate({ is: 'present', attribute: path }, document, schemas.user)).toBe(true);
    if (typeof scalar === 'string' && type !== 'dateTime')
      expect(matches(scalar.toUpperCase() === scalar ? scalar.toLowerCase() : scalar.toUpperCase())).toBe(!caseExact);
  });

  it('accepts values beyond the canonical ones', () => {
    if (!one.definition.canonicalValues || one.urn === groupUrn) return;
    expect(parse(one, bodyWith(one, 'something else'))).toMatchObject(bodyWith(one, 'something else'));
  });

  it('is returned according to its `returned` characteristic', () => {
    if (one.above !== undefined || one.definition.subAttributes !== undefined || one.urn === groupUrn) return;
    const document: JsonObject = { schemas: [], id: 'x', ...parse(one, bodyWith(one, value)) };
    const shown = (named: object) =>
      JSON.stringify(project(document, parseProjection(named, schemas.user), schemas.user)).includes(`"${one.path}"`);
    const { returned } = one.definition;
    expect(shown({})).toBe(returned === 'default' || returned === 'always');
    expect(shown({ attributes: [path] })).toBe(returned !== 'never');
    expect(shown({ attributes: ['id'] })).toBe(returned === 'always');
    expect(shown({ excludedAttributes: [path] })).toBe(returned === 'always');
  });
});

describe.each(all.filter(isReadOnly).map(title))('the read-only attribute %s', (path, one) => {
  const value = anExample(one.definition);

  it('is ignored in a body and in the value of a PATCH, and refused as a path', () => {
    expect(parse(one, bodyWith(one, value))).toEqual(parse(one, {}));
    const inValue = bodyWith(one, value);
    expect(applyPatch(aUser(), [{ op: 'replace', value: inValue }], schemas)).toEqual(aUser());
    for (const op of ['add', 'replace', 'remove'] as const) {
      expect(errorOf(() => patchWith(one, { op, value }))).toMatchObject({ status: 400, scimType: 'mutability' });
    }
    expect(path).toContain(one.path);
  });
});

describe.each(all.filter(({ definition }) => definition.mutability === 'writeOnly').map(title))(
  'the write-only attribute %s',
  (path, one) => {
    it('is accepted and never stored, so it cannot be returned', () => {
      expect(parse(one, bodyWith(one, 'secret'))).toEqual({ userName: 'u' });
      expect(patchWith(one, { op: 'replace', value: 'secret' })).toEqual({ userName: 'u' });
      expect(path).toContain(one.path);
    });
  },
);

describe.each(all.filter(({ definition }) => definition.required).map(title))('the required attribute %s', (path, one) => {
  it('is refused when a body omits it or a PATCH empties it', () => {
    const parseBare = () => (one.urn === groupUrn ? parseGroup({}, schemas) : parseUser({}, schemas));
    expect(errorOf(parseBare)).toMatchObject({ status: 400, scimType: 'invalidValue' });
    expect(errorOf(() => patchWith(one, { op: 'remove' }))).toMatchObject({ status: 400, scimType: 'mutability' });
    for (const value of ['', null, ' ']) {
      expect(errorOf(() => patchWith(one, { op: 'replace', value }))).toMatchObject({ status: 400, scimType: 'invalidValue' });
    }
    expect(path).toContain(one.path);
  });
});

describe('the members of a Group', () => {
  it.each(['value', '$ref', 'type', 'display'])('have an immutable %s', (part) => {
    const path = `members[value eq "a"].${part}`;
    expect(errorOf(() => reduceGroupPatch([{ op: 'replace', path, value: 'b' }], schemas))).toMatchObject({ scimType: 'mutability' });
  });
});

describe('sub-attributes with a returned characteristic of their own', () => {
  const document = { schemas: [], id: 'x', [own.schema.id]: { desk: { room: 'r', seat: 's', key: 'k', hint: 'h' } } };
  const desk = `${own.schema.id}:desk`;
  test.each<[object, object | undefined]>([
    [{}, { room: 'r', seat: 's' }],
    [{ attributes: [desk] }, { room: 'r', seat: 's' }],
    [{ attributes: [`${desk}.seat`] }, { room: 'r', seat: 's' }],
    [{ attributes: [`${desk}.hint`] }, { room: 'r', hint: 'h' }],
    [{ attributes: [`${desk}.key`] }, { room: 'r' }],
    [{ attributes: [desk, `${desk}.hint`] }, { room: 'r', seat: 's', hint: 'h' }],
    [{ attributes: ['userName'] }, undefined],
    [{ excludedAttributes: [`${desk}.room`, `${desk}.seat`] }, { room: 'r' }],
    [{ excludedAttributes: ['title'] }, { room: 'r', seat: 's' }],
    [{ excludedAttributes: [desk] }, undefined],
  ])('are for %j returned as %j', (named, expectedDesk) => {
    const shown = project(document, parseProjection(named, schemas.user), schemas.user)[own.schema.id] as { desk?: object } | undefined;
    expect(shown?.desk).toEqual(expectedDesk);
  });
});
