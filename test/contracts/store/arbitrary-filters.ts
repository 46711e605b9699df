import * as fc from 'fast-check';
import { enterpriseUserUrn, userUrn } from '../../../src/scim/resource.ts';
import type { CompareOperator, Filter, FilterValue } from '../../../src/scim/filter/filter-tree.ts';
import { dates, groupExtension, ownNames, texts, userExtension } from './arbitrary-resources.ts';

const operator = fc.constantFrom<CompareOperator>('eq', 'eq', 'eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le');
const piece = fc.constantFrom(...texts).chain((text) => fc.nat(text.length).map((length) => text.slice(length).toWellFormed()));
const text = fc.oneof(fc.constantFrom(...texts), piece, fc.string({ maxLength: 3, unit: 'grapheme' }));
const literal: fc.Arbitrary<FilterValue> = fc.oneof(
  { weight: 6, arbitrary: text },
  { weight: 2, arbitrary: fc.constantFrom(...dates) },
  { weight: 2, arbitrary: fc.oneof(fc.constantFrom(0, 1, 9, 10, 1.5, 0.1, 1e21, 2 ** 60), fc.integer()) },
  { weight: 1, arbitrary: fc.boolean() },
  { weight: 1, arbitrary: fc.constant(null) },
);

interface Named {
  readonly names: readonly string[];
  readonly value: fc.Arbitrary<FilterValue>;
}

function terms({ names, value }: Named): fc.Arbitrary<Filter> {
  const attribute = fc.constantFrom(...names).chain((name) => fc.constantFrom(name, name, name.toUpperCase()));
  return fc.oneof(
    { weight: 5, arbitrary: fc.record({ is: fc.constant('compare' as const), attribute, operator, value }) },
    { weight: 1, arbitrary: fc.record({ is: fc.constant('present' as const), attribute }) },
    { weight: 1, arbitrary: fc.tuple(attribute, fc.array(value, { minLength: 2, maxLength: 4 })).map(toAlternatives) },
  );
}

/** Several values of one attribute, like a request for many ids. */
function toAlternatives([attribute, values]: readonly [string, readonly FilterValue[]]): Filter {
  return { is: 'or', filters: values.map((value) => ({ is: 'compare', attribute, operator: 'eq', value })) };
}

function paths(outer: readonly string[], inner: readonly Named[]): fc.Arbitrary<Filter> {
  const filter = joined(fc.oneof(...inner.map(terms)));
  return fc.record({ is: fc.constant('values' as const), attribute: fc.constantFrom(...outer), filter });
}

function joined(term: fc.Arbitrary<Filter>): fc.Arbitrary<Filter> {
  return fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { weight: 3, arbitrary: term },
      { weight: 1, arbitrary: fc.record({ is: fc.constant('not' as const), filter: tie('filter') }) },
      {
        weight: 2,
        arbitrary: fc.record({
          is: fc.constantFrom('and' as const, 'or' as const),
          filters: fc.array(tie('filter'), { minLength: 2, maxLength: 4 }),
        }),
      },
    ),
  })).filter;
}

const date: Named['value'] = fc.oneof(fc.constantFrom(...dates), literal);
const flag: Named['value'] = fc.oneof(fc.constantFrom(true, false, 'True', 'false'), literal);
const number: Named['value'] = fc.oneof(fc.constantFrom(0, 1, 10, '9', 1.5, 1e21, 2 ** 60, -0.1), literal);
const common = ['schemas', 'meta.resourceType', 'meta.version', 'meta', 'meta.location', 'unknown', 'unknown.thing', 'urn:none:a:b'];
const elementParts: readonly Named[] = [
  { names: ['value', 'type', 'display', 'unknown', '$ref'], value: literal },
  { names: ['primary'], value: flag },
  { names: ['size'], value: number },
  { names: ['until', 'at'], value: date },
];

function ofExtension(urn: string): readonly Named[] {
  const named = (names: readonly string[]) => [...names.map((name) => `${urn}:${name}`), ...names];
  return [
    { names: [urn, ...named(ownNames)], value: literal },
    { names: named(['floor', 'ratio', 'rooms.size']), value: number },
    { names: named(['since', 'desk.at', 'rooms.until']), value: date },
    { names: named(['trained', 'rooms.primary']), value: flag },
  ];
}

/** Filters on Users; `ids` are the ids of Users, Groups and unknown resources. */
export function anyUserFilter(ids: readonly string[]): fc.Arbitrary<Filter> {
  const id: Named['value'] = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...ids) }, { weight: 1, arbitrary: literal });
  const core = [
    'userName',
    'displayName',
    'title',
    'nickName',
    'name',
    'name.familyName',
    'name.givenName',
    'phoneNumbers',
    'groups.display',
  ];
  return joined(
    fc.oneof(
      ...[
        {
          names: [...core, ...core.map((name) => `${userUrn}:${name}`), 'emails', 'emails.value', 'emails.type', ...common],
          value: literal,
        },
        {
          names: ['phoneNumbers.value', 'phoneNumbers.primary', 'x509Certificates', `${enterpriseUserUrn}:department`, 'department'],
          value: literal,
        },
        { names: ['externalId'], value: fc.oneof(fc.constantFrom('E-1', 'e-1', 'E-2', 'E'), literal) },
        {
          names: ['id', 'groups', 'groups.value', 'manager', 'manager.value', `${enterpriseUserUrn}:manager.value`, 'manager.$ref'],
          value: id,
        },
        {
          names: ['groups.type', 'groups.$ref', userUrn, enterpriseUserUrn, userExtension],
          value: fc.oneof(fc.constantFrom('direct', userUrn), literal),
        },
        { names: ['schemas'], value: fc.constantFrom(userUrn, enterpriseUserUrn, userExtension, 'urn') },
        { names: ['meta.created', 'meta.lastModified'], value: date },
        { names: ['meta.version', 'meta.resourceType'], value: fc.constantFrom('W/"1"', 'W/"2"', 'User', 'user') },
        { names: ['active', 'emails.primary'], value: flag },
        ...ofExtension(userExtension),
      ].map(terms),
      paths(['emails', 'phoneNumbers', 'rooms', `${userExtension}:rooms`, 'desk', 'addresses', 'unknown', userExtension], elementParts),
      paths(
        ['groups', 'manager', `${enterpriseUserUrn}:manager`],
        [{ names: ['value', 'display', 'type', '$ref', 'displayName'], value: id }],
      ),
      paths(['meta'], [{ names: ['created', 'lastModified', 'version', 'location', 'resourceType'], value: date }]),
    ),
  );
}

/** Filters on Groups; `ids` are the ids of members and unknown resources. */
export function anyGroupFilter(ids: readonly string[]): fc.Arbitrary<Filter> {
  const id: Named['value'] = fc.constantFrom(...ids, null);
  const memberParts: readonly Named[] = [
    { names: ['value'], value: id },
    { names: ['type'], value: fc.constantFrom<FilterValue>('User', 'group', 'x', null) },
    { names: ['display', '$ref', 'unknown'], value: literal },
  ];
  return joined(
    fc.oneof(
      ...[
        { names: ['displayName', 'emails', ...common], value: literal },
        { names: ['externalId'], value: fc.oneof(fc.constantFrom('G-1', 'g-1'), literal) },
        { names: ['id', 'members', 'members.value'], value: id },
        { names: ['members.type'], value: fc.constantFrom<FilterValue>('User', 'group', null) },
        { names: ['members.display', 'members.$ref'], value: literal },
        { names: ['meta.created', 'meta.lastModified'], value: date },
        ...ofExtension(groupExtension),
      ].map(terms),
      paths(['members'], memberParts),
      paths(['rooms', `${groupExtension}:rooms`, 'desk', 'meta'], elementParts),
    ),
  );
}
