import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Person } from '../../../src/domain/person.ts';
import { listResponse, type ListHead } from '../../../src/scim/messages.ts';
import { parseProjection, project } from '../../../src/scim/projection.ts';
import { enterpriseUserUrn } from '../../../src/scim/resource.ts';
import { compileSchemas } from '../../../src/scim/schema/compile-schemas.ts';
import { parseUser } from '../../../src/scim/parse-resource.ts';
import { serializeUser, serializeUserList } from '../../../src/inbound/scim/serialize-user.ts';
import { renderPerson } from '../../../src/inbound/scim/render-resources.ts';

const schemas = compileSchemas();
const base = 'https://hosts.contoso.test/scim';
const projection = parseProjection({}, schemas.user);

function personOf(document: object): Person {
  const user = parseUser(document, schemas);
  const at = new Date('2026-11-21T12:00:00Z');
  return { id: '0192', source: 'default', user, json: JSON.stringify(user), createdAt: at, modifiedAt: at, version: 3 };
}

const text = fc.oneof(fc.string(), fc.constantFrom('"urn:x":{', enterpriseUserUrn, `"${enterpriseUserUrn}":{`, 'Jürgen', '王芳'));
const documents = fc.record(
  {
    userName: text.filter((value) => value.trim() !== ''),
    displayName: text,
    title: text,
    emails: fc.array(fc.record({ type: fc.constantFrom('work', 'home'), value: text }), { maxLength: 2 }),
    [enterpriseUserUrn]: fc.record({ department: text, employeeNumber: text }, { requiredKeys: [] }),
  },
  { requiredKeys: ['userName'] },
);

describe('the serialized text of a Person', () => {
  it('equals the resource that is rendered, projected and serialized as JSON', () => {
    fc.assert(
      fc.property(documents, fc.array(fc.record({ id: fc.uuid(), displayName: text }), { maxLength: 2 }), (document, groups) => {
        const person = personOf(document);
        const slow = project(renderPerson(person, groups, schemas, base), projection, schemas.user);
        expect(JSON.parse(serializeUser(person, groups, projection, schemas, base))).toEqual(slow);
      }),
    );
  });

  it('does not contain an extension that is no longer declared', () => {
    const person = personOf({ userName: 'anna' });
    const left = { ...person.user, 'urn:contoso:old': { badge: '1' } };
    const stored = { ...person, user: left, json: JSON.stringify(left) };
    expect(serializeUser(stored, [], projection, schemas, base)).not.toContain('badge');
  });

  it('follows a projection', () => {
    const named = parseProjection({ attributes: ['userName'] }, schemas.user);
    const written: unknown = JSON.parse(serializeUser(personOf({ userName: 'anna', title: 'Porter' }), [], named, schemas, base));
    expect(written).toMatchObject({ userName: 'anna', id: '0192' });
    expect(written).not.toHaveProperty('title');
  });

  it('is the same in a list', async () => {
    const slow = listResponse({ resources: [{ id: 'anna' }, { id: 'ben' }], totalResults: 7, startIndex: 3 });
    expect(JSON.parse((await piecesOf(['anna', 'ben'], { totalResults: 7, startIndex: 3 })).join(''))).toEqual(slow);
    const byCursor = listResponse({ resources: [], totalResults: 7, nextCursor: 'abc' });
    expect(JSON.parse((await piecesOf([], { totalResults: 7, nextCursor: 'abc' })).join(''))).toEqual(byCursor);
  });

  it('is written in chunks for a long list, so that other requests run in between', async () => {
    const names = Array.from({ length: 250 }, (_, index) => `user-${index}`);
    let turns = 0;
    const count = () => {
      turns += 1;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    const pieces = await piecesOf(names, { totalResults: 250, startIndex: 1 });
    clearImmediate(next);
    expect(pieces.length).toBe(3);
    expect(turns).toBeGreaterThanOrEqual(2);
    expect(JSON.parse(pieces.join(''))).toMatchObject({ itemsPerPage: 250, Resources: names.map((id) => ({ id })) });
  });
});

async function piecesOf(names: readonly string[], head: ListHead): Promise<readonly string[]> {
  const people = names.map((userName) => ({ person: personOf({ userName }), groups: [] }));
  const pieces: string[] = [];
  for await (const piece of serializeUserList(people, head, ({ person }) => JSON.stringify({ id: person.user.userName })))
    pieces.push(piece);
  return pieces;
}
