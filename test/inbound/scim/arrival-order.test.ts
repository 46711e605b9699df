import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { enterpriseUserUrn } from '../../../src/scim/resource.ts';
import { startScimServer, type ScimServer } from '../../http/support/scim-server.ts';

/** The directory: the managers of people, and the members of groups. Members of a nested group are not members of the outer group. */
const managers: Readonly<Record<string, string | undefined>> = {
  p1: 'p0',
  p2: 'p0',
  p3: 'p1',
  p4: 'p5',
  p5: 'p1',
  p6: undefined,
  p0: undefined,
};
const people = Object.keys(managers);
const groups: Readonly<Record<string, readonly string[]>> = { g1: people, g2: ['p1', 'p2'], g3: ['g2', 'p3'], g4: ['g3'], g5: [] };

/** One request of the initial cycle. A write to a resource must follow its creation; references may precede it. */
type Step =
  | { readonly is: 'person' | 'group'; readonly of: string }
  | { readonly is: 'details' | 'manager'; readonly of: string }
  | { readonly is: 'member'; readonly of: string; readonly in: string };

const steps: readonly Step[] = [
  ...people.flatMap((of) => [
    { is: 'person' as const, of },
    { is: 'details' as const, of },
    ...(managers[of] === undefined ? [] : [{ is: 'manager' as const, of }]),
  ]),
  ...Object.entries(groups).flatMap(([group, members]) => [
    { is: 'group' as const, of: group },
    ...members.map((of) => ({ is: 'member' as const, of, in: group })),
  ]),
];

/** The requests of the cycle in random order. `shape` selects the format of each request. */
class Arrival {
  readonly #server: ScimServer;
  readonly #ids = new Map<string, string>();

  constructor(server: ScimServer) {
    this.#server = server;
  }

  id(of: string): string {
    return this.#ids.get(of) ?? '';
  }

  canTake(step: Step): boolean {
    return step.is === 'person' || step.is === 'group' || this.#ids.has(step.is === 'member' ? step.in : step.of);
  }

  async take(step: Step, shape: number): Promise<void> {
    switch (step.is) {
      case 'person':
        return this.#createPerson(step.of, shape);
      case 'group':
        this.#ids.set(step.of, await this.#post('/Groups', { displayName: `Group ${step.of}`, externalId: `E-${step.of}` }));
        return;
      case 'details':
        return this.#patch(`/Users/${this.id(step.of)}`, toDetails(step.of, shape));
      case 'manager':
        return this.#patch(`/Users/${this.id(step.of)}`, [toManager(this.#reference(managers[step.of] ?? '', shape), shape)]);
      case 'member':
        return this.#patch(`/Groups/${this.id(step.in)}`, toMembers(this.#reference(step.of, shape), shape));
    }
  }

  /** References to existing people are by id or by externalId; references to future people are by externalId. */
  #reference(of: string, shape: number): string {
    return shape % 2 === 0 ? (this.#ids.get(of) ?? `E-${of}`) : `E-${of}`;
  }

  async #createPerson(of: string, shape: number): Promise<void> {
    const user = { userName: `${of}@contoso.test`, externalId: `E-${of}`, active: true };
    if (shape % 3 === 0) return void this.#ids.set(of, await this.#post('/Users', user));
    if (shape % 3 === 1) return void this.#ids.set(of, await this.#postInBulk(user));
    // The externalId is set later, by PUT or by PATCH.
    const id = await this.#post('/Users', { userName: user.userName });
    this.#ids.set(of, id);
    if (shape % 2 === 0) await this.#expect(200, 'PUT', `/Users/${id}`, { ...user, id });
    else await this.#patch(`/Users/${id}`, [{ op: 'Add', path: 'externalId', value: user.externalId }]);
  }

  async #post(path: string, body: object): Promise<string> {
    return ((await this.#expect(201, 'POST', path, body)) as { id: string }).id;
  }

  async #postInBulk(data: object): Promise<string> {
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'];
    const bulk = { schemas, Operations: [{ method: 'POST', path: '/Users', bulkId: 'one', data }] };
    const { Operations } = (await this.#expect(200, 'POST', '/Bulk', bulk)) as { Operations: { status: string; location: string }[] };
    expect(Operations).toMatchObject([{ status: '201' }]);
    return Operations[0]?.location.split('/').at(-1) ?? '';
  }

  async #patch(path: string, Operations: readonly object[]): Promise<void> {
    await this.#expect(204, 'PATCH', path, { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations });
  }

  async #expect(status: number, method: string, path: string, body: object): Promise<unknown> {
    const answer = await this.#server.request(method, path, { body });
    expect(answer.status, `${method} ${JSON.stringify(body)}: ${answer.text}`).toBe(status);
    return answer.body;
  }
}

/** In Entra's default format, or in the format of the flag aadOptscim062020. */
function toDetails(of: string, shape: number): readonly object[] {
  if (shape % 2 === 0) {
    return [
      { op: 'Replace', path: 'displayName', value: `Person ${of}` },
      { op: 'Add', path: 'emails[type eq "work"].value', value: `${of}@mail.test` },
      { op: 'Add', path: `${enterpriseUserUrn}:department`, value: 'Lab' },
      { op: 'Replace', path: 'active', value: 'True' },
    ];
  }
  const value = { displayName: `Person ${of}`, [`${enterpriseUserUrn}:department`]: 'Lab', active: true };
  return [
    { op: 'replace', path: 'emails[type eq "work"].value', value: `${of}@mail.test` },
    { op: 'replace', value },
  ];
}

function toManager(value: string, shape: number): object {
  const path = `${enterpriseUserUrn}:manager`;
  const shapes = [
    { op: 'Add', path, value },
    { op: 'Replace', path, value: { value } },
    { op: 'Add', path: 'manager', value: [{ $ref: null, value }] },
    { op: 'replace', value: { [path]: value } },
  ];
  return shapes[shape % shapes.length] ?? {};
}

/** Adds a member; in one format together with a person who is then removed. */
function toMembers(value: string, shape: number): readonly object[] {
  const shapes = [
    [{ op: 'Add', path: 'members', value: [{ $ref: null, value }] }],
    [{ op: 'add', path: 'members', value }],
    [{ op: 'add', value: { members: [{ value }] } }],
    [
      { op: 'Add', path: 'members', value: [{ value }, { value: 'E-nobody' }] },
      { op: 'Remove', path: 'members', value: [{ $ref: null, value: 'E-nobody' }] },
    ],
    [
      { op: 'add', path: 'members', value: [{ value: 'E-nobody' }] },
      { op: 'remove', path: 'members[value eq "E-nobody"]' },
      { op: 'add', path: 'members', value: [{ value }] },
    ],
  ];
  return shapes[shape % shapes.length] ?? [];
}

async function expectDirectory(server: ScimServer, arrival: Arrival): Promise<void> {
  const views = await server.store.people.views(people.map((of) => arrival.id(of)));
  for (const of of people) {
    const view = views.get(arrival.id(of));
    const manager = managers[of];
    const inGroups = Object.keys(groups).filter((group) => groups[group]?.includes(of));
    expect(view, of).toMatchObject({
      displayName: `Person ${of}`,
      email: `${of}@mail.test`,
      department: 'Lab',
      active: true,
      externalId: `E-${of}`,
    });
    expect(view?.manager.displayName, of).toBe(manager === undefined ? '' : `Person ${manager}`);
    expect(view?.groups.toSorted(), of).toEqual(inGroups.map((group) => `Group ${group}`));
    const shown = (await server.request('GET', `/Users/${arrival.id(of)}`)).body as { groups?: { value: string }[] };
    expect((shown.groups ?? []).map((group) => group.value).toSorted(), of).toEqual(inGroups.map((group) => arrival.id(group)).toSorted());
  }
  for (const [group, members] of Object.entries(groups)) {
    const shown = (await server.request('GET', `/Groups/${arrival.id(group)}`)).body as {
      members?: { value: string; type: string; $ref: string }[];
    };
    const kept = (shown.members ?? []).map(({ value, type, $ref }) => `${type} ${value} ${$ref}`).toSorted();
    const wanted = members.map((of) => {
      const type = of.startsWith('g') ? 'Group' : 'User';
      return `${type} ${arrival.id(of)} ${server.url}/scim/${type}s/${arrival.id(of)}`;
    });
    expect(kept, group).toEqual(wanted.toSorted());
  }
}

const order = fc.tuple(fc.shuffledSubarray([...steps], { minLength: steps.length }), fc.array(fc.nat(59), { minLength: 9, maxLength: 99 }));

test('a first cycle in any order and in mixed formats ends with the state of the directory', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(order, async ([waiting, shapes]) => {
      const server = await startScimServer();
      const arrival = new Arrival(server);
      const left = [...waiting];
      for (let turn = 0; left.length > 0; turn += 1) {
        // References are sent as early as possible.
        const ready = left.findIndex((step) => arrival.canTake(step));
        const [step] = left.splice(ready, 1);
        if (step !== undefined) await arrival.take(step, shapes[turn % shapes.length] ?? 0);
      }
      await expectDirectory(server, arrival);
    }),
    { numRuns: 8, endOnFailure: true },
  );
});
