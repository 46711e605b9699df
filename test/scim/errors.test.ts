import { expect, test } from 'vitest';
import { notFound, quote, ScimError, UniquenessConflict, VersionConflict } from '../../src/scim/errors.ts';

test('each class has its status, its scimType and its own name (RFC 7644 §3.12, table 9)', () => {
  expect(new UniquenessConflict('displayName')).toMatchObject({
    status: 409,
    scimType: 'uniqueness',
    attribute: 'displayName',
    name: 'UniquenessConflict',
  });
  expect(new VersionConflict()).toMatchObject({ status: 412, scimType: undefined, name: 'VersionConflict' });
  expect(notFound('Group', 'g-1')).toMatchObject({ status: 404, scimType: undefined, name: 'ScimError' });
});

test('a foreign cause is stored separately and is not part of the detail', () => {
  const cause = new Error('SQLITE_FULL');
  const error = new ScimError(503, undefined, 'try again later', { cause });
  expect(error.cause).toBe(cause);
  expect(error.message).not.toContain('SQLITE');
});

test('client text is quoted up to 80 characters, then truncated', () => {
  expect(quote('a"b')).toBe('"a\\"b"');
  expect(quote('x'.repeat(80))).toBe(`"${'x'.repeat(80)}"`);
  expect(quote('x'.repeat(81))).toBe(`"${'x'.repeat(77)}..."`);
});
