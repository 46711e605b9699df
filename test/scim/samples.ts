import { ScimError } from '../../src/scim/errors.ts';
import { compileSchemas } from '../../src/scim/schema/compile-schemas.ts';
import { enterpriseUserUrn, type JsonObject, type ScimUser } from '../../src/scim/resource.ts';
import { renderUser } from '../../src/scim/render.ts';

/** The schemas without custom attributes. */
export const schemas = compileSchemas();

export { enterpriseUserUrn };

/** A staged User with most kinds of attributes; `differing` replaces whole attributes. */
export function aUser(differing: Partial<ScimUser> = {}): ScimUser {
  return {
    userName: 'Mira.Sand@contoso.test',
    externalId: 'mira.sand',
    active: true,
    displayName: 'Mira Sand',
    name: { formatted: 'Mira Sand', familyName: 'Sand', givenName: 'Mira' },
    emails: [
      { type: 'work', value: 'mira.sand@contoso.test', primary: true },
      { type: 'home', value: 'mira@example.org' },
    ],
    [enterpriseUserUrn]: {
      department: 'Lab',
      employeeNumber: '4711',
      manager: { value: 'm-1', $ref: 'https://scim.contoso.test/scim/Users/m-1' },
    },
    ...differing,
  };
}

/** The same User as in a response: id `u-1`, created 2026-01-31, changed a day later, version 7. */
export function aRenderedUser(differing: Partial<ScimUser> = {}): JsonObject {
  return renderUser(
    aUser(differing),
    {
      id: 'u-1',
      created: new Date('2026-01-31T08:30:00.000Z'),
      modified: new Date('2026-02-01T08:30:00.500Z'),
      version: 'W/"7"',
      location: 'https://scim.contoso.test/scim/Users/u-1',
      groups: [{ value: 'g-1', display: 'Lab Staff' }],
    },
    schemas,
  );
}

/** The error that `act` throws, as status and keyword; fails on anything but a ScimError. */
export function errorOf(act: () => unknown): { readonly status: number; readonly scimType: string | undefined; readonly detail: string } {
  try {
    act();
  } catch (error) {
    if (error instanceof ScimError) return { status: error.status, scimType: error.scimType, detail: error.message };
    throw error;
  }
  throw new Error('nothing was thrown');
}
