import { describe, expect, test } from 'vitest';
import { findReferences, replaceReferences } from '../../../src/scim/bulk/bulk-id-references.ts';

const idOf = (bulkId: string) => `id of ${bulkId}`;

describe('references to resources that another operation creates (RFC 7644 §3.7.2)', () => {
  test.each([
    [{ members: [{ type: 'User', value: 'bulkId:a' }] }, { members: [{ type: 'User', value: 'id of a' }] }, ['a']],
    [{ manager: 'bulkId:a' }, { manager: 'id of a' }, ['a']],
    [
      { Operations: [{ op: 'add', path: 'members', value: [{ value: 'bulkId:b' }, { value: 'bulkId:a' }, { value: 'bulkId:b' }] }] },
      { Operations: [{ op: 'add', path: 'members', value: [{ value: 'id of b' }, { value: 'id of a' }, { value: 'id of b' }] }] },
      ['b', 'a'],
    ],
    [
      { Operations: [{ op: 'remove', path: 'members[value eq "bulkId:a" or value eq "x"]' }] },
      { Operations: [{ op: 'remove', path: 'members[value eq "id of a" or value eq "x"]' }] },
      ['a'],
    ],
    [
      { Operations: [{ op: 'add', value: { 'members[value eq "bulkId:a"].type': 'User' } }] },
      { Operations: [{ op: 'add', value: { 'members[value eq "id of a"].type': 'User' } }] },
      ['a'],
    ],
    [{ manager: { value: 'bulkId:a', $ref: '../Users/bulkId:a' } }, { manager: { value: 'id of a', $ref: '../Users/id of a' } }, ['a']],
    [{ path: 'members[value eq "bulkId:a\\"b"]' }, { path: 'members[value eq "id of a\\"b"]' }, ['a"b']],
  ])('are found in %j', (data, replaced, found) => {
    expect(replaceReferences(data, idOf)).toEqual(replaced);
    expect(findReferences(data)).toEqual(found);
  });

  test.each([
    [{ title: 'my bulkId:a' }],
    [{ title: 'members[value eq "bulkId:a"]' }],
    [{ path: '"bulkId:a"' }],
    [{ path: 'members[value eq "\\x bulkId:a' }],
    [{ $ref: 'https://x.test/Users/7' }],
    [[1, true, null]],
    [undefined],
  ])('are not found in %j', (data) => {
    expect(findReferences(data)).toEqual([]);
    expect(replaceReferences(data, idOf)).toEqual(data);
  });

  test('are found in a key with the name of an Object.prototype property', () => {
    const data: unknown = JSON.parse('{"__proto__": {"value": "bulkId:a"}}');
    expect(JSON.stringify(replaceReferences(data, idOf))).toBe('{"__proto__":{"value":"id of a"}}');
  });
});
