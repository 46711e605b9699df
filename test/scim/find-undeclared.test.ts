import { expect, test } from 'vitest';
import { parsePatch } from '../../src/scim/patch/parse-patch.ts';
import { findUndeclared, findUndeclaredInPatch } from '../../src/scim/find-undeclared.ts';
import { aUser, enterpriseUserUrn, schemas } from './samples.ts';

const urn = 'urn:contoso:2.0:User';

test.each<[string, unknown, readonly string[]]>([
  ['an undeclared extension', { userName: 'u', [urn]: { badge: '1', floor: null } }, [`${urn}:badge`, `${urn}:floor`]],
  ['a name of a known extension', { [enterpriseUserUrn]: { department: 'Lab', badge: '1' } }, [`${enterpriseUserUrn}:badge`]],
  ['a name with its URN', { [`${urn}:badge`]: '1', [`${enterpriseUserUrn}:costCenter`]: '7' }, [`${urn}:badge`]],
  [
    'another case',
    { 'URN:contoso:User': { Badge: '1' }, [enterpriseUserUrn.toUpperCase()]: { DEPARTMENT: 'x' } },
    ['URN:contoso:User:Badge'],
  ],
  ['only known and plain names', { ...aUser(), nonsense: 1, 'http://x/y': { a: 1 } }, []],
  ['a body that is not an object', 'urn:x', []],
])('undeclared attributes are reported for %s', (_, body, expected) => {
  expect(findUndeclared(body, schemas.user)).toEqual(expected);
});

test.each<[object, readonly string[]]>([
  [{ op: 'add', path: `${urn}:badge`, value: '1' }, [`${urn}:badge`]],
  [{ op: 'remove', path: `${urn}:badge` }, [`${urn}:badge`]],
  [{ op: 'add', path: `${urn}:tags[value eq "urn:x:y"]`, value: '1' }, [`${urn}:tags`]],
  [{ op: 'add', path: urn, value: { badge: '1' } }, [`${urn}:badge`]],
  [{ op: 'add', path: enterpriseUserUrn, value: { badge: '1', division: 'x' } }, [`${enterpriseUserUrn}:badge`]],
  [{ op: 'add', value: { [`${urn}:badge`]: '1', [urn]: { floor: 1 }, title: 'x' } }, [`${urn}:badge`, `${urn}:floor`]],
  [{ op: 'add', path: `${enterpriseUserUrn}:manager.value`, value: 'm' }, []],
  [{ op: 'replace', path: 'nonsense', value: 'x' }, []],
])('the operation %j has the undeclared attributes %j', (operation, expected) => {
  expect(findUndeclaredInPatch(parsePatch({ Operations: [operation] }), schemas.user)).toEqual(expected);
});

test('a request with ten thousand undeclared names has twenty of them reported', () => {
  const body = { [urn]: Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`a${index}`, 1])) };
  expect(findUndeclared(body, schemas.user)).toHaveLength(20);
});
