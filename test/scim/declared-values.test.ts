import { describe, expect, it, test } from 'vitest';
import { keepDeclaredValues, matchesDeclaration } from '../../src/scim/declared-values.ts';
import { evaluate } from '../../src/scim/filter/compile-filter.ts';
import { parseFilter } from '../../src/scim/filter/parse-filter.ts';
import { applyPatch } from '../support/apply-patch.ts';
import { parseProjection, project } from '../../src/scim/projection.ts';
import { renderUser } from '../../src/scim/render.ts';
import type { JsonObject, ScimUser } from '../../src/scim/resource.ts';
import { compileSchemas, type Schemas } from '../../src/scim/schema/compile-schemas.ts';
import { defineAttribute, type AttributeDefinition } from '../../src/scim/schema/definition.ts';
import { compileOrder } from '../../src/scim/sort.ts';
import { aUser } from './samples.ts';

const urn = 'urn:contoso:User';

function declare(...attributes: AttributeDefinition[]): Schemas {
  return compileSchemas([{ resourceType: 'User', schema: { id: urn, name: 'Contoso', description: '', attributes } }]);
}

const envelope = { id: 'u-1', created: new Date(0), modified: new Date(0), location: '' };
const stored = (x: unknown): ScimUser => aUser({ [urn]: { x, other: 'kept' } });
const render = (user: ScimUser, schemas: Schemas): JsonObject => renderUser(user, envelope, schemas);

type Change = readonly [string, Partial<AttributeDefinition>, unknown, unknown];

const changes: readonly Change[] = [
  ['text became a number', { type: 'decimal' }, 'A', 7],
  ['text became a whole number', { type: 'integer' }, '7', 7],
  ['text became true or false', { type: 'boolean' }, 'true', true],
  ['text became a date', { type: 'dateTime' }, 'soon', '2026-01-31'],
  ['a number became text', {}, 7, 'A'],
  ['a number became whole', { type: 'integer' }, 7.5, 7],
  ['one became many', { multiValued: true }, 'A', ['A']],
  ['many became one', {}, ['A'], 'A'],
  ['many changed their type', { multiValued: true, type: 'integer' }, ['A'], [7]],
];

describe.each(changes)('a stored value that no longer matches its declaration because %s', (_, differing, before, after) => {
  const schemas = declare(defineAttribute('x', '', differing), defineAttribute('other', ''));
  const user = stored(before);
  const path = `${urn}:x`;

  it('is not returned, like an absent value', () => {
    const shown = project(render(user, schemas), parseProjection({}, schemas.user), schemas.user);
    expect(shown).toEqual(project(render(aUser({ [urn]: { other: 'kept' } }), schemas), parseProjection({}, schemas.user), schemas.user));
    const [extension] = schemas.user.extensions.filter((one) => one.urn === urn);
    expect(extension && matchesDeclaration(user[urn], extension)).toBe(false);
    expect(extension && matchesDeclaration({ x: after }, extension)).toBe(true);
  });

  it('is absent for filters and sorting', () => {
    const matches = (filter: string) => evaluate(parseFilter(filter), render(user, schemas), schemas.user);
    expect([matches(`${path} pr`), matches(`${path} eq null`)]).toEqual([false, true]);
    const order = compileOrder(path, 'ascending', schemas.user);
    expect(order(render(user, schemas), render(stored(after), schemas))).toBeGreaterThan(0);
  });

  it('is replaced by a PATCH of it in any form, and kept by a PATCH of other attributes', () => {
    const patch = (operation: object) => applyPatch(user, [{ op: 'add', ...operation }], schemas);
    expect(patch({ path, value: after })).toEqual(stored(after));
    expect(patch({ value: { [urn]: { x: after } } })).toEqual(stored(after));
    expect(patch({ path: 'title', value: 'Porter' })).toEqual({ ...user, title: 'Porter' });
    expect(patch({ path: `${urn}:other`, value: 'new' })).toEqual(aUser({ [urn]: { x: before, other: 'new' } }));
  });

  it('stays when nothing changes', () => {
    expect(applyPatch(user, [{ op: 'replace', path: 'displayName', value: user.displayName }], schemas)).toBe(user);
    expect(applyPatch(user, [{ op: 'remove', path }], schemas)).toBe(user);
  });
});

test('a list is searched with brackets, regardless of the stored value', () => {
  const schemas = declare(defineAttribute('x', '', { multiValued: true }));
  const patched = applyPatch(stored('A'), [{ op: 'remove', path: `${urn}:x[value eq "A"]` }], schemas);
  expect(patched).toEqual(stored('A'));
});

describe('an attribute that is no longer declared', () => {
  const schemas = declare(defineAttribute('y', ''));
  const user = aUser({ [urn]: { x: 'A' }, 'urn:gone:User': { z: 1 } });

  it('is not returned, and neither is its schema', () => {
    const shown = project(render(user, schemas), parseProjection({}, schemas.user), schemas.user);
    expect(shown).toEqual(project(render(aUser(), schemas), parseProjection({}, schemas.user), schemas.user));
  });

  it('is absent for a filter on its schema', () => {
    const matches = (filter: string) => evaluate(parseFilter(filter), render(user, schemas), schemas.user);
    expect([matches(`${urn} pr`), matches(`schemas eq "${urn}"`), matches(`${urn} eq null`)]).toEqual([false, false, true]);
  });

  it('is returned again when it is declared again, regardless of the writes meanwhile', () => {
    const patched = applyPatch(user, [{ op: 'add', path: `${urn}:y`, value: 'B' }], schemas);
    expect(patched).toEqual({ ...user, [urn]: { x: 'A', y: 'B' } });
    const again = declare(defineAttribute('x', ''), defineAttribute('y', ''));
    expect(keepDeclaredValues(patched, again.user)).toBe(patched);
    expect(evaluate(parseFilter(`${urn}:x eq "a"`), render(patched, again), again.user)).toBe(true);
  });

  it('matches no filter, without an error', () => {
    expect(evaluate(parseFilter(`${urn}:x eq "A"`), render(user, schemas), schemas.user)).toBe(false);
  });
});
