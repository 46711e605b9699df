import { beforeAll, describe, expect, it } from 'vitest';
import { toExtensions } from '../../../src/config/schemas/custom-attributes.ts';
import { contosoUrn as urn, startScimServer, type ScimServer } from '../../http/support/scim-server.ts';

const [extension] = toExtensions([
  { urn, name: 'desk', type: 'text', caseExact: true },
  { urn, name: 'grade', type: 'text', values: ['A', 'B'], closed: true },
  { urn, name: 'aider', type: 'boolean' },
  { urn, name: 'share', type: 'number' },
  { urn, name: 'floor', type: 'integer' },
  { urn, name: 'hired', type: 'date' },
  { urn, name: 'areas', type: 'text', many: true },
]);

const anna = {
  badgeNumber: 'A-17',
  desk: 'Ost',
  grade: 'A',
  aider: true,
  share: 0.5,
  floor: 3,
  hired: '2026-01-31',
  areas: ['Lab', 'Dock'],
};
const bert = {
  badgeNumber: 'b-18',
  desk: 'ost',
  grade: 'B',
  aider: false,
  share: 1,
  floor: 10,
  hired: '2026-02-01T08:30:00+01:00',
  areas: ['Gate'],
};

let server: ScimServer;
let ends: (() => Promise<void>)[];

beforeAll(async () => {
  ends = [];
  server = await startScimServer({ attributes: extension?.schema.attributes ?? [], onEnd: (end) => void ends.push(end) });
  await create('anna', anna);
  await create('bert', bert);
  await create('carl');
  return async () => {
    for (const end of ends) await end();
  };
});

async function create(userName: string, values?: object): Promise<string> {
  const { status, body, text } = await server.request('POST', '/Users', { body: { userName, ...(values && { [urn]: values }) } });
  expect(status, text).toBe(201);
  return (body as { id: string }).id;
}

async function find(query: string): Promise<readonly string[]> {
  const { status, body, text } = await server.request('GET', `/Users?${query}`);
  expect(status, text).toBe(200);
  return (body as { Resources: { userName: string }[] }).Resources.map(({ userName }) => userName);
}

const base = ['anna', 'bert', 'carl'];

describe('a filter on a declared attribute by its full name', () => {
  it.each<[string, readonly string[]]>([
    ['badgeNumber eq "a-17"', ['anna']],
    ['badgeNumber ne "a-17"', ['bert', 'carl']],
    ['badgeNumber co "1"', ['anna', 'bert']],
    ['badgeNumber sw "B-"', ['bert']],
    ['badgeNumber ew "7"', ['anna']],
    ['badgeNumber gt "a-2"', ['bert']],
    ['badgeNumber pr', ['anna', 'bert']],
    ['desk eq "Ost"', ['anna']],
    ['desk sw "o"', ['bert']],
    ['aider eq true', ['anna']],
    ['aider eq "False"', ['bert']],
    ['aider ne true', ['bert', 'carl']],
    ['share ge 0.5', ['anna', 'bert']],
    ['share lt 1', ['anna']],
    ['floor eq 3', ['anna']],
    ['floor gt 3', ['bert']],
    ['floor le 10', ['anna', 'bert']],
    ['floor eq null', ['carl']],
    ['hired lt "2026-02-01T00:00:00Z"', ['anna']],
    ['hired eq "2026-02-01T07:30:00Z"', ['bert']],
    ['hired ge 2026-01-31', ['anna', 'bert']],
    ['areas eq "lab"', ['anna']],
    ['areas co "ck"', ['anna']],
    ['areas pr', ['anna', 'bert']],
  ])('%s finds %j', async (filter, expected) => {
    const found = await find(`filter=${encodeURIComponent(`${urn}:${filter}`)}`);
    expect(found.filter((name) => base.includes(name)).toSorted()).toEqual(expected);
  });

  it.each(['aider gt true', 'floor co "1"', 'hired gt "soon"', 'floor eq "high"'])(
    '%s is refused with 400 invalidFilter',
    async (filter) => {
      const answer = await server.request('GET', `/Users?filter=${encodeURIComponent(`${urn}:${filter}`)}`);
      expect([answer.status, (answer.body as { scimType: string }).scimType]).toEqual([400, 'invalidFilter']);
    },
  );
});

it.each([
  ['floor', ['anna', 'bert', 'carl']],
  ['hired', ['anna', 'bert', 'carl']],
  ['badgeNumber', ['anna', 'bert', 'carl']],
  ['desk', ['anna', 'bert', 'carl']],
])('%s is accepted as sortBy', async (name, expected) => {
  const found = await find(
    `sortBy=${urn}:${name}&filter=${encodeURIComponent('userName eq "anna" or userName eq "bert" or userName eq "carl"')}`,
  );
  expect(found).toEqual(expected);
});

it.each<[string, object]>([
  [`attributes=${urn}:floor,${urn}:areas`, { [urn]: { floor: 3, areas: ['Lab', 'Dock'] } }],
  [`attributes=${urn}`, { [urn]: anna }],
  [`attributes=floor`, { [urn]: { floor: 3 } }],
])('%s returns only that attribute', async (query, expected) => {
  const { body } = await server.request('GET', `/Users?${query}&filter=${encodeURIComponent('userName eq "anna"')}`);
  const [{ id: _id, schemas: _schemas, ...shown } = {}] = (body as { Resources: Record<string, unknown>[] }).Resources;
  expect(shown).toEqual(expected);
});

it('discovery lists the schema, as an extension of User', async () => {
  const { body } = await server.request('GET', `/Schemas/${urn}`);
  const shown = (body as { attributes: { name: string; type: string; multiValued: boolean; caseExact: boolean }[] }).attributes;
  expect(shown.map(({ name, type, multiValued, caseExact }) => [name, type, multiValued, caseExact])).toEqual([
    ['badgeNumber', 'string', false, false],
    ['desk', 'string', false, true],
    ['grade', 'string', false, false],
    ['aider', 'boolean', false, false],
    ['share', 'decimal', false, false],
    ['floor', 'integer', false, false],
    ['hired', 'dateTime', false, false],
    ['areas', 'string', true, false],
  ]);
  expect(JSON.stringify(shown)).not.toContain('closed');
  const types = await server.request('GET', '/ResourceTypes');
  expect((types.body as { Resources: { schemaExtensions?: object[] }[] }).Resources[0]?.schemaExtensions).toContainEqual({
    schema: urn,
    required: false,
  });
});

describe('a declared attribute in every format of Entra', () => {
  const cases: readonly (readonly [string, object, object | undefined])[] = [
    ['a path with a colon', { op: 'Add', path: `${urn}:floor`, value: '4' }, { floor: 4 }],
    ['a path with a dot', { op: 'Replace', path: `${urn}.aider`, value: 'True' }, { aider: true }],
    ['another case', { op: 'Replace', path: `${urn.toUpperCase()}:FLOOR`, value: 4 }, { floor: 4 }],
    ['a key without a path', { op: 'replace', value: { [`${urn}:desk`]: 'X', [`${urn}:aider`]: 'False' } }, { desk: 'X', aider: false }],
    [
      'an object under the URN',
      { op: 'replace', value: { [urn]: { Desk: 'X', areas: ['a', 'a', 'b'] } } },
      { desk: 'X', areas: ['a', 'b'] },
    ],
    ['the URN as a path', { op: 'add', path: urn, value: { hired: '2026-01-31T00:00:00Z' } }, { hired: '2026-01-31T00:00:00Z' }],
    ['one value of a list', { op: 'Add', path: `${urn}:areas`, value: 'Lab' }, { areas: ['Lab'] }],
    ['an array around one value', { op: 'Add', path: `${urn}:share`, value: ['0.25'] }, { share: 0.25 }],
    ['the bare name', { op: 'Replace', path: 'floor', value: 4 }, { floor: 4 }],
    ['an empty text', { op: 'Replace', path: `${urn}:badgeNumber`, value: '' }, undefined],
    ['null', { op: 'Replace', path: `${urn}:badgeNumber`, value: null }, undefined],
    ['remove', { op: 'Remove', path: `${urn}:badgeNumber` }, undefined],
    ['a remove of the whole extension', { op: 'Remove', path: urn }, undefined],
  ];

  it.each(cases)('%s', async (name, operation, expected) => {
    const clears = expected === undefined;
    const id = await create(`patched by ${name}`, clears ? { badgeNumber: '1' } : undefined);
    const { status, text } = await server.request('PATCH', `/Users/${id}`, { body: { Operations: [operation] } });
    expect(status, text).toBeLessThan(300);
    const { body } = await server.request('GET', `/Users/${id}`);
    const shown = body as Record<string, unknown>;
    expect(shown[urn]).toEqual(expected);
    expect((shown['schemas'] as string[]).includes(urn)).toBe(!clears);
  });
});

it.each([
  [{ floor: 'high' }, `${urn}:floor must be a whole number`],
  [{ floor: 1.5 }, `${urn}:floor must be a whole number`],
  [{ share: 'half' }, `${urn}:share must be a number`],
  [{ aider: 'yes' }, `${urn}:aider must be true or false`],
  [{ hired: '31.01.2026' }, `${urn}:hired must be a date such as 2026-01-31, or a date and time`],
  [{ desk: { x: 1 } }, `${urn}:desk must be a string`],
  [{ desk: ['a', 'b'] }, `${urn}:desk must be a string`],
  [{ grade: 'C' }, `${urn}:grade must be one of the declared values: A, B`],
  [{ areas: ['a', 7] }, `${urn}:areas must be a string`],
])('%j is refused, with the attribute and the expected type', async (values, detail) => {
  const { status, body } = await server.request('POST', '/Users', { body: { userName: 'dora', [urn]: values } });
  expect([status, body]).toEqual([
    400,
    expect.objectContaining({ scimType: 'invalidValue', detail: expect.stringContaining(detail) as string }),
  ]);
});
