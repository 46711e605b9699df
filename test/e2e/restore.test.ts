import { copyFile, cp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { AdminApi } from '../../src/admin/api.ts';
import { openVisitorSystem, type VisitorSystem } from '../../src/rehearsal/visitor-system.ts';
import { pollUntil } from '../support/poll.ts';
import { makeRandom } from './make-random.ts';
import { Site } from './site.ts';

const daemonFile = 'sources: { default: { quiet: 1s } }\ndelivery: { settle: 100ms }\n';

const targetFile = (url: string) => `
target: gate
connector: old-vms
settings: { url: '${url}', auth: { bearer: not-a-secret } }
scope: [{ name: hosts, rule: 'memberOf("Hosts")' }]
`;

/** A site with one REST Target, which has a group as its scope. */
class Scene {
  readonly site: Site;
  readonly system: VisitorSystem;
  #url = '';
  #token = '';
  #group = '';

  private constructor(site: Site, system: VisitorSystem) {
    this.site = site;
    this.system = system;
  }

  /** Opens a site in which Anna and Bert are hosts and Emil is not, and waits until the Target has received everything. */
  static async open(): Promise<Scene> {
    const system = await openVisitorSystem({ random: makeRandom(1) });
    onTestFinished(() => system.goDown());
    const site = await Site.make({ 'vestibule.yaml': daemonFile, 'targets/gate.yaml': targetFile(system.url) });
    const scene = new Scene(site, system);
    const admin = await scene.start();
    scene.#token = (await admin.createToken({ label: 'entra' })).text;
    const [anna, bert] = [await scene.create('anna'), await scene.create('bert'), await scene.create('emil')];
    scene.#group = await scene.#post('Groups', { displayName: 'Hosts', members: [{ value: anna }, { value: bert }] });
    await admin.apply('gate', { by: 'test' });
    await scene.waitForMails(['anna', 'bert']);
    return scene;
  }

  async start(): Promise<AdminApi> {
    this.#url = await this.site.start();
    return this.site.admin();
  }

  create(name: string): Promise<string> {
    return this.#post('Users', { userName: `${name}@x.test`, active: true, emails: [{ type: 'work', value: `${name}@x.test` }] });
  }

  async join(...ids: readonly string[]): Promise<void> {
    const value = ids.map((id) => ({ value: id }));
    await this.#send('PATCH', `Groups/${this.#group}`, { Operations: [{ op: 'Add', path: 'members', value }] });
  }

  async find(name: string): Promise<string> {
    const { Resources } = await this.#send('GET', `Users?filter=${encodeURIComponent(`userName eq "${name}@x.test"`)}`);
    return (Resources as readonly { readonly id: string }[])[0]?.id ?? '';
  }

  get mails(): readonly string[] {
    const active = this.system.records().filter((record) => record['enabled'] === true);
    return active.map((record) => String(record['mail']).split('@')[0] ?? '').toSorted();
  }

  async waitForMails(names: readonly string[]): Promise<void> {
    await pollUntil(`the target has ${names.join(', ')}`, () => Promise.resolve(this.mails.join() === names.join()), 60_000);
  }

  async #post(path: string, body: object): Promise<string> {
    return String((await this.#send('POST', path, body))['id']);
  }

  async #send(method: string, path: string, body?: object): Promise<Readonly<Record<string, unknown>>> {
    const headers = { authorization: `Bearer ${this.#token}`, 'content-type': 'application/scim+json' };
    const answer = await fetch(`${this.#url}/${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? {} : ((await answer.json()) as Readonly<Record<string, unknown>>);
  }
}

async function gate(admin: AdminApi) {
  const [report] = (await admin.status()).targets;
  if (report === undefined) throw new Error('there is no target');
  return report;
}

it('a backup of both files restores the state of its time, and people who are newer are adopted when Entra sends them again', async () => {
  const scene = await Scene.open();
  const { site, system } = scene;
  await site.stop();
  // A stopped daemon leaves nothing beside the two files that a backup would have to contain.
  const names = await readdir(site.data);
  expect(names.filter((name) => name.includes('.db-'))).toEqual([]);
  await cp(site.data, join(site.root, 'backup'), { recursive: true });
  await scene.start();
  await scene.join(await scene.create('cleo'));
  await scene.waitForMails(['anna', 'bert', 'cleo']);
  await site.stop();
  await rm(site.data, { recursive: true });
  await cp(join(site.root, 'backup'), site.data, { recursive: true });
  const { created } = system.counts();

  const admin = await scene.start();
  expect(await gate(admin)).toMatchObject({ state: 'live', holds: [], active: 2 });
  expect(scene.mails).toEqual(['anna', 'bert', 'cleo']);
  await scene.join(await scene.create('cleo'));
  await pollUntil('Cleo was adopted', async () => (await gate(admin)).active === 3, 60_000);
  expect((await gate(admin)).holds).toEqual([]);
  expect(system.counts().created).toBe(created);
}, 120_000);

it('a restored older vestibule.db removes no person: removals are held, unknown people keep their records, and later requests of Entra correct it', async () => {
  const scene = await Scene.open();
  const { site, system } = scene;
  await site.stop();
  await copyFile(join(site.data, 'vestibule.db'), join(site.root, 'backup.db'));
  await scene.start();
  // Emil joins the group, and Cleo is new: the backup contains neither change.
  await scene.join(await scene.find('emil'), await scene.create('cleo'));
  await scene.waitForMails(['anna', 'bert', 'cleo', 'emil']);
  await site.stop();
  await copyFile(join(site.root, 'backup.db'), join(site.data, 'vestibule.db'));
  const { created, requests } = { created: system.counts().created, requests: system.counts().requests };

  const admin = await scene.start();
  await pollUntil('everyone was planned', async () => (await gate(admin)).holds.length === 1 && (await gate(admin)).noRows === 1, 60_000);
  expect((await gate(admin)).holds).toMatchObject([{ what: 'removals', open: 1, why: expect.stringContaining('vestibule.db is older') }]);
  expect((await admin.log('gate')).lines.flatMap(({ outcome }) => outcome).join()).toContain('vestibule.db is older than outbound.db');
  expect(scene.mails).toEqual(['anna', 'bert', 'cleo', 'emil']);
  expect(system.counts().requests).toBe(requests);

  // Provisioning is restarted: Entra finds Emil, and creates Cleo again under another id.
  await scene.join(await scene.find('emil'), await scene.create('cleo'));
  await pollUntil(
    'nothing is held any more',
    async () => (await gate(admin)).holds.length === 0 && (await gate(admin)).noRows === 0,
    60_000,
  );
  await scene.waitForMails(['anna', 'bert', 'cleo', 'emil']);
  expect(system.counts().created).toBe(created);
}, 120_000);

it('without vestibule.db, every record stays until Entra sends its person again', async () => {
  const scene = await Scene.open();
  const { site, system } = scene;
  await site.stop();
  await rm(join(site.data, 'vestibule.db'));
  const { requests } = system.counts();
  const admin = await scene.start();
  await pollUntil('everyone was planned', async () => (await gate(admin)).noRows === 2, 60_000);
  expect((await gate(admin)).holds).toEqual([]);
  expect(scene.mails).toEqual(['anna', 'bert']);
  expect(system.counts().requests).toBe(requests);
}, 120_000);

it('a restored older outbound.db duplicates no person: records are looked up and adopted', async () => {
  const scene = await Scene.open();
  const { site, system } = scene;
  await site.stop();
  await copyFile(join(site.data, 'outbound.db'), join(site.root, 'backup.db'));
  const before = await scene.start();
  await scene.join(await scene.create('cleo'));
  await scene.waitForMails(['anna', 'bert', 'cleo']);
  // The mark in both stores is renewed at each start, and every minute during changes.
  expect((await gate(before)).holds).toEqual([]);
  await site.stop();
  await copyFile(join(site.root, 'backup.db'), join(site.data, 'outbound.db'));
  const admin = await scene.start();
  await pollUntil('Cleo was adopted', async () => (await gate(admin)).active === 3, 60_000);
  expect((await admin.log('gate')).lines.flatMap(({ outcome }) => outcome).join()).toContain('from different times');
  expect(system.records()).toHaveLength(3);
  expect(system.counts().created).toBe(3);
}, 120_000);
