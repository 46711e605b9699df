import { onTestFinished, describe, expect, test } from 'vitest';
import { EntraClient, type EntraClientOptions } from '../../src/rehearsal/entra-client.ts';
import { runCycle } from '../../src/rehearsal/entra-cycle.ts';
import type { EntraDirectory, EntraPerson } from '../../src/rehearsal/entra-directory.ts';
import { inventDirectory } from '../../src/rehearsal/invent-directory.ts';
import { startScimServer, type ScimServer } from '../http/support/scim-server.ts';

function connect(server: ScimServer, options: Partial<EntraClientOptions> = {}): EntraClient {
  const client = new EntraClient({ tenantUrl: `${server.url}/scim/`, token: server.token, ...options });
  onTestFinished(() => client.close());
  return client;
}

function change(directory: EntraDirectory, index: number, edit: Partial<EntraPerson>): EntraDirectory {
  return { ...directory, people: directory.people.map((person, at) => (at === index ? { ...person, ...edit } : person)) };
}

const small = inventDirectory({ people: 40 });

describe.each(['default', 'compliant'] as const)('a provisioning job in the %s format', (shape) => {
  test('stages everyone with managers and members, and then sends nothing', async () => {
    const server = await startScimServer();
    const client = connect(server, { shape });
    await client.testConnection();
    const first = await runCycle(client, small);
    expect(first).toMatchObject({ created: 40 + 12, failed: [] });
    expect(await server.store.people.count()).toBe(40);
    const [boss, report] = small.people;
    const views = await server.store.people.views([client.idOf(report?.objectId ?? '') ?? '']);
    expect([...views.values()][0]).toMatchObject({ displayName: report?.displayName, manager: { displayName: boss?.displayName } });
    const answer = await server.request('GET', `/Groups/${client.idOf(small.groups[0]?.objectId ?? '')}`);
    expect((answer.body as { members: unknown[] }).members).toHaveLength(40);
    const before = client.counts().requests;
    expect(await runCycle(client, small)).toMatchObject({ created: 0, updated: 0, failed: [] });
    expect(client.counts().requests).toBe(before);
  });

  test('sends all changes: names, disabled and restored people, a renamed group, added and removed members, deleted people', async () => {
    const server = await startScimServer();
    const client = connect(server, { shape });
    await runCycle(client, small);
    const [wardens, staff] = [small.groups[6], small.groups[0]];
    const changed: EntraDirectory = {
      people: change(change(small, 1, { displayName: 'New Name' }), 2, { accountEnabled: false }).people.slice(0, -1),
      groups: small.groups.map((group) =>
        group === wardens ? { ...group, displayName: 'Wardens', members: staff?.members.slice(0, 3) ?? [] } : group,
      ),
    };
    expect(await runCycle(client, changed)).toMatchObject({ created: 0, deleted: 1, failed: [] });
    const read = async (index: number) => (await server.request('GET', `/Users/${client.idOf(small.people[index]?.objectId ?? '')}`)).body;
    expect(await read(1)).toMatchObject({ displayName: 'New Name' });
    expect(await read(2)).toMatchObject({ active: false });
    const group = (await server.request('GET', `/Groups/${client.idOf(wardens?.objectId ?? '')}`)).body;
    expect(group).toMatchObject({ displayName: 'Wardens' });
    const members = (group as { members: { value: string }[] }).members.map((member) => member.value);
    expect(new Set(members)).toEqual(new Set(small.people.slice(0, 3).map((person) => client.idOf(person.objectId))));
    expect(await runCycle(client, changed)).toMatchObject({ created: 0, updated: 0, deleted: 0 });
    await runCycle(client, change(changed, 2, { accountEnabled: true }));
    expect(await read(2)).toMatchObject({ active: true });
    expect(await server.store.people.count()).toBe(39);
  });
});

describe('the Entra-shaped client', () => {
  test('matches people whom another job created, and does not create them twice', async () => {
    const server = await startScimServer();
    await runCycle(connect(server), small);
    expect(await runCycle(connect(server), small)).toMatchObject({ created: 0, failed: [] });
    expect(await server.store.people.count()).toBe(40);
  });

  test('creates a deleted person again under another id', async () => {
    const server = await startScimServer();
    const client = connect(server);
    const [anna] = small.people;
    if (!anna) throw new Error('no such person');
    await client.syncPerson(anna);
    const before = client.idOf(anna.objectId);
    await client.deletePerson(anna.objectId);
    expect(client.idOf(anna.objectId)).toBeUndefined();
    expect(await client.syncPerson(anna)).toBe('created');
    expect(client.idOf(anna.objectId)).not.toBe(before);
  });

  test('does not create people who are disabled', async () => {
    const server = await startScimServer();
    const client = connect(server);
    expect(await runCycle(client, change({ people: small.people.slice(0, 1), groups: [] }, 0, { accountEnabled: false }))).toMatchObject({
      created: 0,
      unchanged: 2,
    });
    expect(await server.store.people.count()).toBe(0);
  });

  test('distinguishes an error response from no response, counts both, and continues with the others', async () => {
    const server = await startScimServer();
    const refused = connect(server, { token: 'vst_wrong' });
    await expect(refused.testConnection()).rejects.toMatchObject({ name: 'EntraFailure', status: 401 });
    const cycle = await runCycle(refused, { people: small.people.slice(0, 3), groups: [] });
    expect(cycle.failed).toHaveLength(3);
    expect(refused.counts().byStatus).toEqual({ 401: 4 });
    const lost = connect(server, { tenantUrl: 'http://127.0.0.1:9/scim' });
    await expect(lost.testConnection()).rejects.toMatchObject({ name: 'EntraUnanswered' });
    expect(lost.counts()).toMatchObject({ requests: 1, unanswered: 1 });
  });
});
