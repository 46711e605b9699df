import Database from 'better-sqlite3';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { AdminApi } from '../../src/admin/api.ts';
import { createAdminClient } from '../../src/admin/client.ts';
import { callDaemon } from '../../src/admin/call-daemon.ts';
import { findSocketPath } from '../../src/admin/socket-path.ts';
import { openAdmin, startDaemon, type Daemon } from '../../src/app.ts';
import { silentLogger } from '../../src/domain/logger.ts';
import { createAdminApp } from '../../src/outbound/admin/admin-app.ts';
import { listenOnSocket } from '../../src/outbound/admin/listen-on-socket.ts';
import { createAdminRouter } from '../../src/outbound/admin/router.ts';
import { stagingMigrations as migrations } from '../../src/store/sqlite/staging/migrations/index.ts';
import { sampleApi } from '../admin/sample-api.ts';
import { TestClock } from '../support/test-clock.ts';
import { pollUntil } from '../support/poll.ts';
import { openJoined } from '../support/stores.ts';

const targetText = (name: string, drop: string, more = '') => `target: ${name}
connector: sine-csv
settings: { drop: { folder: ${drop} }, fileName: ${name}.csv }
tables: { offices: { Graz: GRZ } }
${more}`;

/** A site with people, a Target that is live, and files that were edited since: a new one, one that is gone, one with other settings. */
interface EditedSite {
  readonly folders: { readonly configDir: string; readonly dataDir: string };
  readonly root: string;
  readonly clock: TestClock;
  readonly daemon: Daemon;
  readonly api: AdminApi;
}

async function openEditedSite(): Promise<EditedSite> {
  const root = await mkdtemp(join(tmpdir(), 'vestibule-questions-'));
  const folders = { configDir: join(root, 'config'), dataDir: join(root, 'data') };
  const drop = join(root, 'drop');
  for (const folder of [join(folders.configDir, 'targets'), folders.dataDir, drop]) await mkdir(folder, { recursive: true });
  const write = (name: string, text: string) => writeFile(join(folders.configDir, 'targets', `${name}.yaml`), text);
  await write('front-desk', targetText('front-desk', drop));
  await write('old', targetText('old', drop));
  const clock = new TestClock();
  const store = await openJoined({ folder: folders.dataDir, clock, log: silentLogger });
  for (const name of ['anna', 'bert', 'cleo']) {
    const user = { userName: `${name}@x.test`, active: true, emails: [{ type: 'work', value: `${name}@x.test` }] };
    await store.of('default').users.create(user, { at: clock.now(), request: name });
  }
  await store.close();
  clock.advance(3_600_000);
  const daemon = await startDaemon({ ...folders, listen: '127.0.0.1:0' }, { log: silentLogger, clock });
  onTestFinished(async () => {
    await daemon.stop();
    await rm(root, { recursive: true, force: true });
  });
  const api = createAdminClient((await findSocketPath(folders.dataDir, process.platform)) ?? '');
  await api.apply('front-desk', { by: 'jo', replaceAll: true, without: 3 });
  await pollUntil('the file was handed over', async () => {
    clock.advance(1_000);
    return (await api.status()).targets.some(({ name, state }) => name === 'front-desk' && state === 'live');
  });
  await write('front-desk', targetText('front-desk', drop, "schedule: { reconcile: '5 3 * * *' }\nguard: { removals: { most: 1 } }"));
  await write('lobby', targetText('lobby', drop));
  await rm(join(folders.configDir, 'targets', 'old.yaml'));
  return { folders, root, clock, daemon, api };
}

/** Adds a Source whose first cycle finished long ago, which is not stored yet. */
async function addSource({ folders: { dataDir } }: EditedSite): Promise<void> {
  const clock = new TestClock(new Date('2026-01-01T00:00:00Z'));
  const store = await openJoined({ folder: dataDir, clock, log: silentLogger });
  await store.of('hr').users.create({ userName: 'dora@x.test', active: true }, { at: clock.now(), request: 'r' });
  await store.close();
}

/** Everything that the stores hold: the bytes of their files and logs, and the rows of every table. */
async function readStores(site: EditedSite) {
  return { staging: await readStore(site, 'vestibule.db'), outbound: await readStore(site, 'outbound.db') };
}

async function readStore({ folders: { dataDir }, root }: EditedSite, name: string) {
  const copy = join(await mkdtemp(join(root, 'copy-')), 'copy.db');
  const bytes: Record<string, string> = {};
  for (const ending of ['', '-wal']) {
    const text = await readFile(join(dataDir, `${name}${ending}`)).catch(() => undefined);
    if (text === undefined) continue;
    bytes[ending] = text.toString('base64');
    await copyFile(join(dataDir, `${name}${ending}`), `${copy}${ending}`);
  }
  const db = new Database(copy);
  const tables = db.prepare<[], string>("select name from sqlite_schema where type = 'table' order by name").pluck().all();
  const rows = Object.fromEntries(tables.map((name) => [name, db.prepare(`select * from "${name}"`).all()]));
  db.close();
  return { rows, bytes };
}

/** Every GET of the admin API, as paths with their parts filled in: what a new route asks is asked here without a change. */
function listQuestions(): readonly string[] {
  const routes = createAdminRouter(sampleApi().api).stack.filter(({ methods }) => methods.includes('GET'));
  const people = ['anna@x.test', 'nobody'];
  return routes.flatMap(({ path }) => {
    const paths = String(path).includes(':target')
      ? ['front-desk', 'lobby', 'old', 'nowhere'].map((name) => String(path).replace(':target', name))
      : [String(path)];
    if (!/why|plan-person/.test(String(path))) return paths;
    return paths.flatMap((one) => people.map((person) => `${one}?person=${person}`));
  });
}

/** Asks everything; answers by question: those that are refused are answers too. */
async function askAll(socket: string): Promise<ReadonlyMap<string, unknown>> {
  const answers = new Map<string, unknown>();
  for (const path of listQuestions()) {
    answers.set(path, await callDaemon(socket, { method: 'GET', path }).catch((error: unknown) => error));
  }
  const test = (name: string) =>
    callDaemon(socket, { method: 'POST', path: `/api/targets/${name}/test`, body: {} }).catch((error: unknown) => error);
  for (const name of ['front-desk', 'lobby', 'old', 'nowhere']) answers.set(`test ${name}`, await test(name));
  return answers;
}

const states = (answers: ReadonlyMap<string, unknown>) => {
  const { targets } = answers.get('/api/status') as Awaited<ReturnType<AdminApi['status']>>;
  return targets.map(({ name, state }) => [name, state]);
};

const asTheFilesAre = [
  ['front-desk', 'live'],
  ['lobby', 'draft'],
  ['old', 'orphaned'],
];

it('a question to the daemon changes nothing in the store, whatever the files contain', async () => {
  const site = await openEditedSite();
  const before = await readStores(site);
  expect(before.outbound.rows['targets']).toMatchObject([{ name: 'front-desk' }, { name: 'old', state: 'draft' }]);
  const answers = await askAll((await findSocketPath(site.folders.dataDir, process.platform)) ?? '');
  for (const path of ['healthz', 'readyz']) expect((await fetch(site.daemon.scimUrl.replace(/scim$/, path))).status).toBe(200);
  expect(await readStores(site)).toEqual(before);
  expect(answers.size).toBeGreaterThan(20);
  // The answers speak of the files as they are.
  expect(states(answers)).toEqual(asTheFilesAre);
  expect(answers.get('/api/targets/lobby/plan')).toMatchObject({ target: 'lobby', state: 'draft' });
  expect(answers.get('/api/targets/old/forget')).toMatchObject({ target: 'old' });
});

it('a question without a daemon changes nothing in the store', async () => {
  const site = await openEditedSite();
  await site.daemon.stop();
  await addSource(site);
  const before = await readStores(site);
  const opened = await openAdmin(site.folders, 'read');
  const listener = await listenOnSocket(createAdminApp(opened.api, { log: silentLogger, trust: 'socket' }), site.root);
  const answers = await askAll(listener.path);
  await listener.close();
  await opened.close();
  expect(await readStores(site)).toEqual(before);
  expect(states(answers)).toEqual(asTheFilesAre);
});

it('commands put the files into force: apply those of all targets, and forget removes a missing target', async () => {
  const { api, folders, root } = await openEditedSite();
  await api.apply('lobby', { by: 'jo', replaceAll: true, without: 3 });
  const journal = async (name: string) => (await api.log(name)).lines.flatMap(({ outcome }) => outcome);
  expect(await journal('front-desk')).toContainEqual(expect.stringContaining('settings that take effect immediately were read'));
  expect(await api.forget('old', 'jo')).toMatchObject({ target: 'old' });
  expect((await api.status()).targets.map(({ name }) => name)).toEqual(['front-desk', 'lobby']);
  await writeFile(join(folders.configDir, 'targets', 'gate.yaml'), targetText('gate', join(root, 'drop')));
  await expect(api.pause('gate', 'jo')).rejects.toMatchObject({
    message: 'gate is new and was never applied',
    hint: 'Apply it first: `vestibule apply gate`',
  });
});

it('a question without a daemon reports a pending migration with a hint, and does not migrate', async () => {
  const site = await openEditedSite();
  await site.daemon.stop();
  const db = new Database(join(site.folders.dataDir, 'vestibule.db'));
  db.prepare('delete from schema_version where number = ?').run(migrations.length);
  db.close();
  const before = await readStores(site);
  await expect(openAdmin(site.folders, 'read')).rejects.toMatchObject({
    message: `the store has schema version ${migrations.length - 1} from an older release; this release requires version ${migrations.length}`,
    hint: expect.stringContaining('vestibule start'),
  });
  expect(await readStores(site)).toEqual(before);
});
