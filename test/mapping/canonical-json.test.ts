import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashDefinition, hashRows, planningHash, toCanonicalJson } from '../../src/mapping/canonical-json.ts';
import { findNearest, hintFor } from '../../src/mapping/nearest-word.ts';
import { aDefinition } from './definition.ts';

it('canonical JSON sorts keys at every depth and leaves the order of lists unchanged', () => {
  expect(toCanonicalJson({ b: [2, { d: 1, c: undefined }], a: 'x' })).toBe('{"a":"x","b":[2,{"d":1}]}');
});

it('equal values have equal canonical JSON, in any order of their keys', () => {
  const entries = fc.uniqueArray(fc.tuple(fc.string(), fc.jsonValue()), { selector: ([key]) => key });
  fc.assert(
    fc.property(entries, (pairs) => toCanonicalJson(Object.fromEntries(pairs)) === toCanonicalJson(Object.fromEntries(pairs.toReversed()))),
  );
});

it('canonical JSON reads back as the same value', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => toCanonicalJson(JSON.parse(toCanonicalJson(value))) === toCanonicalJson(value)));
});

it('the hash of rows is the SHA-256 of their canonical JSON', () => {
  // sha256sum of: [{"a":"1","b":"2"}]
  expect(hashRows([{ b: '2', a: '1' }])).toBe('bf25ecbb962fde6043ceac5fd6212e6e84190155862edda5433e68561e02f7c2');
  expect(hashRows([{ a: '1' }, { a: '2' }])).not.toBe(hashRows([{ a: '2' }, { a: '1' }]));
});

describe('the planning hash', () => {
  const before = planningHash(aDefinition());
  it.each([
    [{ scope: [{ name: 'a', rule: 'active' }] }],
    [{ mapping: { Email: { from: 'lower(email)' } } }],
    [{ rows: { each: 'groups', as: 'g', none: 'one' as const } }],
    [{ match: [['Mail']] }],
    [{ tables: { t: { a: 'b' } } }],
    [{ leavers: { gone: [{ do: 'delete' as const, afterMs: 0 }] } }],
    [{ groupIds: { Hosts: ['g1'] } }],
  ])('changes with %j', (differing) => {
    expect(planningHash(aDefinition(differing))).not.toBe(before);
  });

  it.each([[{ title: 'x' }], [{ settings: { rate: '1/s' } }], [{ schedule: { onChange: false } }]])(
    'stays the same with %j, which changes the full hash',
    (differing) => {
      expect(planningHash(aDefinition(differing))).toBe(before);
      expect(hashDefinition(aDefinition(differing))).not.toBe(hashDefinition(aDefinition()));
    },
  );
});

describe('the nearest known word', () => {
  const known = ['department', 'division', 'displayName', 'email', 'scope'];
  it.each([
    ['departmnt', 'department'],
    ['Department', 'department'],
    ['devision', 'division'],
    ['emial', 'email'],
    ['scoop', 'scope'],
    ['office', undefined],
    ['x', undefined],
  ])('to %s is %s', (word, expected) => {
    expect(findNearest(word, known)).toBe(expected);
  });

  it('is replaced by the whole list when the list is short', () => {
    expect(hintFor('zzz', ['a', 'bb'])).toBe('Use one of: a, bb.');
    expect(hintFor('zzz', [])).toBeUndefined();
  });
});
