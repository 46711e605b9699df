import { expect } from 'vitest';
import { defineAttribute, type AttributeDefinition } from '../../../src/scim/schema/definition.ts';
import { contosoUrn } from '../../http/support/scim-server.ts';
import { differs, must, type Chapter, type Requirement } from '../requirement.ts';
import { expectError, pathOf, urns, type Scim, type Stored } from '../scim.ts';

const schemas = [urns.user, contosoUrn];

/** A row about one attribute, called `it`, that the site declared with these characteristics. */
function declared(
  section: string,
  text: string,
  characteristics: Partial<AttributeDefinition>,
  prove: (scim: Scim, path: string) => Promise<void>,
): Requirement {
  const attributes = [defineAttribute('it', 'What this row is about.', characteristics)];
  return must(section, text, (scim) => prove(scim, `${contosoUrn}:it`), { attributes });
}

/** A User whose `it` has this value. */
function withIt(scim: Scim, it: unknown, fields: object = {}): Promise<Stored> {
  return scim.user({ schemas, [contosoUrn]: { it }, ...fields });
}

async function refuse(scim: Scim, ...values: readonly unknown[]): Promise<void> {
  for (const it of values)
    expectError(await scim.post('/Users', { schemas, userName: 'refused', [contosoUrn]: { it } }), 400, 'invalidValue');
}

const valueOf = (user: Stored) => (user[contosoUrn] as { readonly it?: unknown } | undefined)?.it;

/** A row about every operator that a type of number or time has. */
function compares(type: 'integer' | 'decimal' | 'dateTime', values: readonly [unknown, unknown, unknown]): Requirement {
  const text = `${type}: eq, ne, gt, ge, lt, le and pr compare by value, not as text`;
  return declared('RFC 7644 §3.4.2.2', text, { type }, async (scim, path) => {
    for (const [at, userName] of ['a', 'b', 'c'].entries()) await withIt(scim, values[at], { userName });
    const middle = JSON.stringify(values[1]);
    const found: Record<string, string> = {};
    for (const operator of ['eq', 'ne', 'gt', 'ge', 'lt', 'le'])
      found[operator] = (await scim.find(`${path} ${operator} ${middle}`)).join('');
    expect(found).toEqual({ eq: 'b', ne: 'ac', gt: 'c', ge: 'bc', lt: 'a', le: 'ab' });
    expect(await scim.find(`${path} pr`)).toEqual(['a', 'b', 'c']);
  });
}

/** Every characteristic of RFC 7643 §7 and every type of §2.3, on an attribute that a site declares. */
export const characteristics: Chapter = {
  title: 'Characteristics of declared attributes',
  file: 'characteristics',
  requirements: [
    declared('RFC 7643 §2.3.3', 'a decimal attribute accepts only numbers', { type: 'decimal' }, async (scim) => {
      expect(valueOf(await withIt(scim, 1.5))).toBe(1.5);
      expect(valueOf(await withIt(scim, -3))).toBe(-3);
      await refuse(scim, 'much', true, {});
    }),
    declared('RFC 7643 §2.3.4', 'an integer attribute accepts only whole numbers', { type: 'integer' }, async (scim) => {
      expect(valueOf(await withIt(scim, 42))).toBe(42);
      await refuse(scim, 1.5, 'many', true);
    }),
    differs(
      declared('RFC 7643 §2.3.4', 'a number is a JSON number', { type: 'integer' }, async (scim) => {
        expect(valueOf(await withIt(scim, '42'))).toBe(42);
      }),
      'a number in a string is also accepted, because Entra ID sends custom attributes as strings',
    ),
    declared('RFC 7643 §2.3.5', 'a dateTime attribute accepts only a date with a time', { type: 'dateTime' }, async (scim) => {
      for (const it of ['2026-01-31T08:30:00Z', '2026-01-31T08:30:00.123+01:00']) expect(valueOf(await withIt(scim, it))).toBe(it);
      await refuse(scim, 'yesterday', '08:30', 7, '2026-13-31T08:30:00Z');
    }),
    compares('integer', [9, 10, 100]),
    compares('decimal', [-1.5, 0.25, 10]),
    compares('dateTime', ['2026-01-31T08:30:00Z', '2026-01-31T10:30:00+01:00', '2026-01-31T06:00:00-05:00']),
    declared('RFC 7643 §7', 'caseExact true: a filter distinguishes between A and a', { caseExact: true }, async (scim, path) => {
      await withIt(scim, 'Alpha', { userName: 'a' });
      expect(await scim.find(`${path} eq "Alpha"`)).toEqual(['a']);
      expect(await scim.find(`${path} eq "alpha"`)).toEqual([]);
    }),
    declared('RFC 7643 §7', 'caseExact false: a filter does not distinguish between A and a', {}, async (scim, path) => {
      await withIt(scim, 'Alpha', { userName: 'a' });
      expect(await scim.find(`${path} eq "ALPHA"`)).toEqual(['a']);
    }),
    declared('RFC 7643 §7', 'multiValued: a simple attribute can have several values', { multiValued: true }, async (scim, path) => {
      const user = await withIt(scim, ['a', 'b'], { userName: 'mira' });
      expect(valueOf(user)).toEqual(['a', 'b']);
      expect(await scim.find(`${path} eq "b"`)).toEqual(['mira']);
      expect(valueOf(await scim.patched(user, { op: 'add', path, value: ['c'] }))).toEqual(['a', 'b', 'c']);
    }),
    declared('RFC 7643 §7', 'canonicalValues are suggestions: other values are accepted', { canonicalValues: ['x', 'y'] }, async (scim) => {
      expect(valueOf(await withIt(scim, 'z'))).toBe('z');
    }),
    declared(
      'RFC 7643 §7',
      'canonicalValues can be binding: other values are rejected',
      { canonicalValues: ['x', 'y'], closed: true },
      async (scim) => {
        expect(valueOf(await withIt(scim, 'x'))).toBe('x');
        await refuse(scim, 'z');
      },
    ),
    declared(
      'RFC 7643 §7',
      'required: a resource that has the extension, but not the required attribute, is rejected',
      { required: true },
      async (scim, path) => {
        const user = await withIt(scim, 'x', { [contosoUrn]: { it: 'x', badgeNumber: '1' } });
        const without = { schemas, userName: 'refused', [contosoUrn]: { badgeNumber: '1' } };
        expectError(await scim.post('/Users', without), 400, 'invalidValue');
        expectError(await scim.patch(pathOf(user), [{ op: 'remove', path }]), 400, 'mutability');
      },
    ),
    declared(
      'RFC 7643 §7',
      'mutability readOnly: POST and PUT ignore the value; PATCH is rejected',
      { mutability: 'readOnly' },
      async (scim, path) => {
        const user = await withIt(scim, 'x');
        expect(valueOf(user)).toBeUndefined();
        const put = await scim.put(pathOf(user), { schemas, userName: 'mira', [contosoUrn]: { it: 'x' } });
        expect([put.status, valueOf(put.body as Stored)]).toEqual([200, undefined]);
        expectError(await scim.patch(pathOf(user), [{ op: 'add', path, value: 'x' }]), 400, 'mutability');
      },
    ),
    declared(
      'RFC 7643 §7',
      'mutability immutable: the value can be set once; a PATCH or PUT with another value is rejected',
      { mutability: 'immutable' },
      async (scim, path) => {
        const user = await withIt(scim, 'x', { userName: 'mira' });
        for (const operation of [
          { op: 'replace', path, value: 'y' },
          { op: 'add', path, value: 'y' },
          { op: 'remove', path },
        ])
          expectError(await scim.patch(pathOf(user), [operation]), 400, 'mutability');
        const other = await scim.put(pathOf(user), { schemas, userName: 'mira', [contosoUrn]: { it: 'y' } });
        expectError(other, 400, 'mutability');
        expect(await scim.read(pathOf(user))).toEqual(user);
      },
    ),
    declared(
      'RFC 7644 §3.5.1',
      'mutability immutable: a PUT or PATCH with the existing value succeeds',
      { mutability: 'immutable' },
      async (scim, path) => {
        const user = await withIt(scim, 'x', { userName: 'mira' });
        expect((await scim.put(pathOf(user), { schemas, userName: 'mira', [contosoUrn]: { it: 'x' } })).status).toBe(200);
        expect(valueOf(await scim.patched(user, { op: 'replace', path, value: 'x' }))).toBe('x');
      },
    ),
    declared(
      'RFC 7643 §7',
      'mutability immutable: a value can be set later if the attribute has no value',
      { mutability: 'immutable' },
      async (scim, path) => {
        expect(valueOf(await scim.patched(await scim.user(), { op: 'add', path, value: 'x' }))).toBe('x');
        const user = await scim.user({ userName: 'otto' });
        const { body } = await scim.put(pathOf(user), { schemas, userName: 'otto', [contosoUrn]: { it: 'x' } });
        expect(valueOf(body as Stored)).toBe('x');
      },
    ),
    declared(
      'RFC 7643 §7',
      'mutability writeOnly, returned never: the value is accepted and never returned',
      { mutability: 'writeOnly', returned: 'never' },
      async (scim, path) => {
        const user = await withIt(scim, 'hidden-x');
        expect(JSON.stringify(user)).not.toContain('hidden-x');
        expect((await scim.get(`${pathOf(user)}?attributes=${path}`)).text).not.toContain('hidden-x');
        expect((await scim.get('/Users')).text).not.toContain('hidden-x');
      },
    ),
    declared(
      'RFC 7643 §7',
      'returned never: no filter reveals the value',
      { mutability: 'writeOnly', returned: 'never' },
      async (scim, path) => {
        await withIt(scim, 'hidden-x', { userName: 'mira' });
        for (const filter of [`${path} sw "h"`, `${path} eq "hidden-x"`, `${path} pr`]) expect(await scim.find(filter)).toEqual([]);
      },
    ),
    declared(
      'RFC 7643 §7',
      'returned request: the value is returned only if it is requested',
      { returned: 'request' },
      async (scim, path) => {
        const user = await withIt(scim, 'x');
        expect(valueOf(await scim.read(pathOf(user)))).toBeUndefined();
        const asked = await scim.get(`${pathOf(user)}?attributes=${path}`);
        expect(valueOf(asked.body as Stored)).toBe('x');
      },
    ),
    declared(
      'RFC 7643 §7',
      'returned always: the value is returned even if it is excluded or only other attributes are requested',
      { returned: 'always' },
      async (scim, path) => {
        const user = await withIt(scim, 'x');
        for (const query of [`excludedAttributes=${path}`, 'attributes=userName'])
          expect(valueOf((await scim.get(`${pathOf(user)}?${query}`)).body as Stored)).toBe('x');
      },
    ),
    declared(
      'RFC 7643 §7',
      'declared attributes are listed in /Schemas with their characteristics',
      { type: 'integer', multiValued: true },
      async (scim) => {
        const { body } = await scim.get(`/Schemas/${contosoUrn}`);
        expect(body['attributes']).toContainEqual({
          name: 'it',
          type: 'integer',
          multiValued: true,
          description: 'What this row is about.',
          required: false,
          caseExact: false,
          mutability: 'readWrite',
          returned: 'default',
          uniqueness: 'none',
        });
      },
    ),
    declared(
      'RFC 7644 §3.4.2.3',
      'sortBy accepts the URN of an attribute and sorts numbers by value',
      { type: 'integer' },
      async (scim, path) => {
        for (const [userName, it] of [
          ['b', 10],
          ['c', 100],
          ['a', 9],
        ] as const)
          await withIt(scim, it, { userName });
        expect((await scim.list('/Users', { sortBy: path })).names).toEqual(['a', 'b', 'c']);
      },
    ),
  ],
};
