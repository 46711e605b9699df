import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { enterpriseUserUrn } from '../../../src/scim/resource.ts';
import type { Answer } from '../../http/support/exchange.ts';
import { startScimServer } from '../../http/support/scim-server.ts';
import { connectSource, type SourceClient } from '../../http/support/source-client.ts';

/**
 * A reference in a request: a person or Group of the same Source or of the other Source, an unknown id, or an externalId that both may have
 * used. `number` counts created resources, newest first.
 */
interface Pointer {
  readonly to: 'own' | 'foreign' | 'nobody' | 'externalId';
  readonly kind: 'Users' | 'Groups';
  readonly number: number;
}

/** One request of one of the two Sources. The numbers select from small pools, so that the Sources collide as often as possible. */
interface Move {
  readonly by: 0 | 1;
  readonly does: (typeof verbs)[number];
  readonly at: Pointer;
  readonly refs: readonly Pointer[];
  readonly name: number;
  readonly externalId: number;
  readonly stale: boolean;
}

const verbs = ['create', 'create', 'create', 'put', 'patch', 'patch', 'delete', 'get', 'list', 'page', 'search', 'root', 'bulk'] as const;

const pointer: fc.Arbitrary<Pointer> = fc.record({
  to: fc.constantFrom('own', 'own', 'foreign', 'foreign', 'nobody', 'externalId'),
  kind: fc.constantFrom('Users', 'Groups'),
  number: fc.nat(1),
});

const move: fc.Arbitrary<Move> = fc.record({
  by: fc.constantFrom(0, 1),
  does: fc.constantFrom(...verbs),
  at: pointer,
  refs: fc.array(pointer, { minLength: 1, maxLength: 3 }),
  name: fc.nat(3),
  externalId: fc.nat(3),
  stale: fc.boolean(),
});

/** A Source on its own server and on the shared server: the resources that it created, in the same order on both. */
class Connection {
  readonly client: SourceClient;
  readonly created: Record<Pointer['kind'], string[]> = { Users: [], Groups: [] };
  /** The cursor of the next page of the list of people. */
  cursor = '';

  constructor(client: SourceClient) {
    this.client = client;
  }

  /**
   * The id or externalId of a reference on this server. A reference to the other Source is an id of the shared server, which the separate
   * server does not know.
   */
  resolve({ to, kind, number }: Pointer, others: Connection): string {
    if (to === 'externalId') return `E-${number}`;
    const ids = to === 'own' ? this.created[kind] : to === 'foreign' ? others.created[kind] : undefined;
    return ids?.at(-1 - number) ?? `00000000-0000-7000-8000-00000000000${number}`;
  }

  /** Sends a request and returns everything that the Source sees in the response, with ids replaced by their order of creation. */
  async play(request: readonly [string, string, unknown, Record<string, string>]): Promise<unknown> {
    const [method, path, body, headers] = request;
    const answer = await this.client.request(method, path, { ...(body !== undefined && { body }), headers });
    for (const [kind, id] of createdBy(answer, path)) this.created[kind].push(id);
    if (path.includes('cursor=')) this.cursor = (answer.body as { nextCursor?: string }).nextCursor ?? '';
    return this.#told(answer);
  }

  #told({ status, headers, body }: Answer): unknown {
    return { status, tag: headers.etag, body: sortMembers(JSON.parse(this.#named(JSON.stringify(body ?? null)))) };
  }

  #named(text: string): string {
    let named = text.replaceAll(this.client.server.url, '').replaceAll(/"nextCursor":"[^"]+"/g, '"nextCursor":"{cursor}"');
    for (const [kind, ids] of Object.entries(this.created)) {
      for (const [index, id] of ids.entries()) named = named.replaceAll(id, `{${kind} ${index}}`);
    }
    return named;
  }
}

function createdBy({ status, body }: Answer, path: string): readonly (readonly [Pointer['kind'], string])[] {
  if (path === '/Bulk' && status === 200) {
    const { Operations } = body as { Operations: { method: string; status: string; location?: string }[] };
    return Operations.flatMap(({ method, status: done, location = '' }) => {
      const [, kind, id] = /\/(Users|Groups)\/([^/]+)$/.exec(location) ?? [];
      return method === 'POST' && done === '201' && id !== undefined ? [[kind as Pointer['kind'], id] as const] : [];
    });
  }
  if (status !== 201) return [];
  const { id, meta } = body as { id: string; meta: { resourceType: string } };
  return [[meta.resourceType === 'User' ? 'Users' : 'Groups', id]];
}

/** Members and groups are sorted by id, and ids differ between the two servers. */
function sortMembers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortMembers);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, part]) => {
    const sorted = sortMembers(part);
    const isList = (key === 'members' || key === 'groups') && Array.isArray(sorted);
    return [key, isList ? sorted.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))) : sorted] as const;
  });
  return Object.fromEntries(entries);
}

const filters: Readonly<Record<Pointer['kind'], (id: string, name: number, which: number) => string>> = {
  Users: (id, name, which) =>
    [
      `id eq "${id}"`,
      `userName eq "person${name}"`,
      `externalId eq "${id}" or externalId eq "E-${name}"`,
      `emails[type eq "work"].value eq "person${name}@contoso.test" and active eq true`,
      `${enterpriseUserUrn}:manager.value eq "${id}"`,
      `groups.value eq "${id}"`,
    ][which % 6] ?? '',
  Groups: (id, name, which) =>
    [`id eq "${id}"`, `displayName eq "Group ${name}"`, `members eq "${id}"`, `members[value eq "${id}"]`][which % 4] ?? '',
};

/** The request of a move for the server of `connection`. */
function toRequest(move: Move, connection: Connection, others: Connection): readonly [string, string, unknown, Record<string, string>] {
  const { does, at, refs, name, stale } = move;
  const id = connection.resolve(at, others);
  const ids = refs.map((ref) => connection.resolve(ref, others));
  const path = `/${at.kind}/${id}`;
  const condition: Record<string, string> = stale ? { 'if-match': `W/"${name}"` } : {};
  const document = at.kind === 'Users' ? aUser(move, ids[0]) : aGroup(move, ids);
  const patch = { Operations: at.kind === 'Users' ? patchUser(move, ids[0]) : patchGroup(move, ids) };
  switch (does) {
    case 'create':
      return ['POST', `/${at.kind}`, document, {}];
    case 'put':
      return ['PUT', path, document, condition];
    case 'patch':
      return ['PATCH', stale ? path : `${path}?attributes=displayName,groups,members`, patch, condition];
    case 'delete':
      return ['DELETE', path, undefined, condition];
    case 'get':
      return [
        'GET',
        stale ? `${path}?excludedAttributes=groups,members` : path,
        undefined,
        stale ? { 'if-none-match': `W/"${name}"` } : {},
      ];
    case 'list':
      return ['GET', `/${at.kind}?startIndex=${name}&count=${name + 1}${stale ? `&sortBy=displayName` : ''}`, undefined, {}];
    case 'page':
      return ['GET', `/Users?cursor=${encodeURIComponent(connection.cursor)}&count=${name + 1}`, undefined, {}];
    case 'root':
      return ['POST', '/.search', { filter: `id eq "${id}" or externalId eq "E-${name}"` }, {}];
    case 'search':
      return ['POST', `/${at.kind}/.search`, { filter: filters[at.kind](id, name, move.externalId + (stale ? 3 : 0)) }, {}];
    case 'bulk':
      return ['POST', '/Bulk', bulkOf(path, document, patch, at.kind), {}];
  }
}

function bulkOf(path: string, document: object, patch: object, kind: Pointer['kind']): object {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: [
      { method: 'POST', path: `/${kind}`, bulkId: 'new', data: document },
      { method: 'PATCH', path, data: patch },
    ],
  };
}

function aUser({ name, externalId, stale }: Move, manager: string | undefined): object {
  return {
    userName: `person${name}`,
    displayName: `Person ${externalId}`,
    externalId: `E-${externalId}`,
    active: !stale,
    emails: [{ type: 'work', value: `person${name}@contoso.test` }],
    ...(manager !== undefined && { [enterpriseUserUrn]: { manager: { value: manager } } }),
  };
}

function aGroup({ name, externalId }: Move, ids: readonly string[]): object {
  return { displayName: `Group ${name}`, externalId: `E-${externalId}`, members: ids.map((value) => ({ value })) };
}

function patchUser({ name, externalId, stale }: Move, manager: string | undefined): readonly object[] {
  return [
    { op: 'Replace', path: stale ? 'userName' : 'displayName', value: `person${name}` },
    { op: 'replace', value: { externalId: `E-${externalId}` } },
    ...(manager === undefined ? [] : [{ op: 'Add', path: `${enterpriseUserUrn}:manager`, value: manager }]),
  ];
}

function patchGroup({ name, stale }: Move, ids: readonly string[]): readonly object[] {
  return [
    { op: 'replace', value: { displayName: `Group ${name}` } },
    { op: stale ? 'Remove' : 'Add', path: 'members', value: ids.map((value) => ({ value })) },
  ];
}

test('two Sources on one server get the same responses as on two separate servers, for any requests', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 40, maxLength: 60, size: 'max' }), async (moves) => {
      const shared = await startScimServer();
      const together = [new Connection(await connectSource(shared, 'one')), new Connection(await connectSource(shared, 'two'))] as const;
      const alone = [
        new Connection(await connectSource(await startScimServer(), 'one')),
        new Connection(await connectSource(await startScimServer(), 'two')),
      ] as const;
      for (const [index, one] of moves.entries()) {
        const [mine, others, own] = [together[one.by], together[one.by === 0 ? 1 : 0], alone[one.by]];
        const seen = await mine.play(toRequest(one, mine, others));
        expect(seen, `move ${index}: ${JSON.stringify(one)}`).toEqual(await own.play(toRequest(one, own, others)));
      }
    }),
    { numRuns: 6, endOnFailure: true },
  );
});
