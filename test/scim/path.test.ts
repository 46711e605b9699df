import { expect, test } from 'vitest';
import { parsePath } from '../../src/scim/path.ts';
import { parseFilter } from '../../src/scim/filter/parse-filter.ts';
import { enterpriseUserUrn, errorOf, schemas } from './samples.ts';

test.each([
  ['userName', 'userName', undefined],
  [' UserName ', 'userName', undefined],
  ['name.familyName', 'name.familyName', undefined],
  ['emails[type eq "work"]', 'emails', 'type eq "work"'],
  ['emails[type eq "work"].value', 'emails.value', 'type eq "work"'],
  ['EMAILS[TYPE eq "work" and primary eq true].Value', 'emails.value', 'TYPE eq "work" and primary eq true'],
  ['emails[value eq "a].b["].type', 'emails.type', 'value eq "a].b["'],
  ['urn:ietf:params:scim:schemas:core:2.0:User:emails[type eq "work"].value', 'emails.value', 'type eq "work"'],
  [`${enterpriseUserUrn}:manager.value`, `${enterpriseUserUrn}:manager.value`, undefined],
  [`${enterpriseUserUrn}:manager[value eq "m"]`, `${enterpriseUserUrn}:manager`, 'value eq "m"'],
  ['roles[primary eq "True"].displayName', 'roles.display', 'primary eq "True"'],
])('the path %s is the attribute %s with the filter %s', (text, target, filter) => {
  const path = parsePath(text, schemas.user);
  if (path?.is !== 'attribute') throw new Error('is no attribute');
  expect((path.sub ?? path.attribute).path).toBe(target);
  expect(path.filter).toEqual(filter && parseFilter(filter));
});

test.each([
  ['nonsense'],
  ['name.nonsense'],
  ['nonsense[type pr].x'],
  ['emails[type pr].nonsense'],
  ['urn:none:2.0:User:a.b'],
  ['http://x.test/y:z'],
])('%s is well-formed but unknown', (text) => {
  expect(parsePath(text, schemas.user)).toBeUndefined();
});

test.each([
  [''],
  ['.'],
  ['name.'],
  ['a.b.c'],
  ['a b'],
  ['7'],
  ['emails['],
  ['emails]['],
  ['emails[type pr]x'],
  ['emails[type pr].value.x'],
  ['emails.value[type pr]'],
  ['displayName[value pr]'],
  [`${enterpriseUserUrn}[department pr]`],
])('%j is an invalidPath', (text) => {
  expect(errorOf(() => parsePath(text, schemas.user))).toMatchObject({ status: 400, scimType: 'invalidPath' });
});
