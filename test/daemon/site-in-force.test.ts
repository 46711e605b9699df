import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { defaultDaemonConfig } from '../../src/config/daemon-config.ts';
import { thisMachine } from '../../src/config/machine.ts';
import { ProbedMachine } from '../../src/config/probed-machine.ts';
import { SiteInForce, watchFilesMs } from '../../src/daemon/site-in-force.ts';
import { FakeSystem } from '../outbound/engine/fake-target.ts';
import { openHarness, type Harness } from '../outbound/engine/harness.ts';
import { keepLines } from '../support/log-lines.ts';
import { pollUntil } from '../support/poll.ts';

const deskText = (more = '') => `target: desk
connector: own
settings: { drop: { folder: /tmp } }
${more}`;

const connectorText = `connector: own
title: Own
driver: csv
can: [create, update, delete]
absent: removed
match: [Email]
settings: { mode: full, header: [Email, Name] }
mapping: { Email: { from: email, empty: hold }, Name: displayName }
leavers: { inactive: [{ do: delete }], outOfScope: [{ do: delete }], gone: [{ do: delete }] }
`;

/** A site's files, taken into force on a real store and engine, with a watch that the test moves. */
interface Watched {
  readonly site: SiteInForce;
  readonly harness: Harness;
  readonly file: (name: string) => string;
  write(name: string, text: string): Promise<void>;
  remove(name: string): Promise<void>;
  /** Looks at the files so often. */
  look(times?: number): Promise<void>;
  /** The lines of the log since the last call. */
  logged(): readonly Readonly<Record<string, unknown>>[];
  /** How often the files were taken into force. */
  takings(): number;
  journal(): Promise<readonly string[]>;
  state(): Promise<string | undefined>;
  reopened(): number;
}

async function openWatched(files: Readonly<Record<string, string>> = { 'targets/desk.yaml': deskText() }): Promise<Watched> {
  const folder = await mkdtemp(join(tmpdir(), 'vestibule-watch-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = (name: string) => join(folder, name);
  const write = (name: string, text: string) => writeFile(file(name), text);
  await mkdir(file('targets'));
  await mkdir(file('connectors/own'), { recursive: true });
  await write('connectors/own/connector.yaml', connectorText);
  for (const [name, text] of Object.entries(files)) await write(name, text);
  const harness = await openHarness({ desk: () => new FakeSystem().connect() });
  const { log, lines } = keepLines();
  let [told, takings, reopened] = [0, 0, 0];
  const { engine } = harness;
  const site = new SiteInForce({
    configDir: folder,
    config: defaultDaemonConfig(),
    machine: new ProbedMachine(thisMachine()),
    store: harness.store,
    engine: {
      syncDefinitions: (...given) => {
        takings += 1;
        return engine.syncDefinitions(...given);
      },
      runner: (name) => {
        reopened += 1;
        return engine.runner(name);
      },
    },
    clock: harness.clock,
    log,
  });
  onTestFinished(() => site.stop());
  await site.sync('all');
  site.watch();
  return {
    site,
    harness,
    file,
    write,
    remove: (name) => rm(file(name)),
    look: async (times = 1) => {
      for (let n = 0; n < times; n += 1) await site.poll();
    },
    logged: () => {
      const fresh = lines.slice(told).map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
      told = lines.length;
      return fresh;
    },
    takings: () => takings,
    journal: async () => (await harness.store.targets.journal('desk', 50)).map(({ what }) => what).toReversed(),
    state: async () => (await harness.store.targets.get('desk'))?.state,
    reopened: () => reopened,
  };
}

/** Applies the files, as a person does. */
async function apply({ site, harness }: Watched): Promise<void> {
  await harness.join('anna@x.test');
  const { fileDefinitions } = await site.sync([]);
  const fileDefinition = fileDefinitions.get('desk');
  if (fileDefinition === undefined) throw new Error('the file of desk has problems');
  const order = { by: 'mira', replaceAll: true, without: 0, system: undefined, otherSystem: false, hash: undefined };
  await harness.commands.apply('desk', fileDefinition, order);
}

it('a saved file is checked once two reads have the same content; some settings take effect then, the rest waits for apply', async () => {
  const watched = await openWatched();
  await apply(watched);
  watched.logged();
  await watched.write(
    'targets/desk.yaml',
    deskText("schedule: { reconcile: '5 3 * * *' }\nleavers: { gone: [{ do: delete, after: 2d }] }"),
  );
  await watched.look();
  expect((await watched.harness.target('desk')).definition?.schedule).toEqual({ onChange: true });
  await watched.look();
  const { definition } = await watched.harness.target('desk');
  expect(definition?.schedule).toMatchObject({ reconcile: '5 3 * * *' });
  expect(definition?.leavers.gone).toEqual([{ do: 'delete', afterMs: 0 }]);
  expect(watched.logged()).toMatchObject([
    { level: 'info', message: 'configuration files changed', files: [watched.file('targets/desk.yaml')] },
    { level: 'info', message: 'changes wait for apply', target: 'desk', waiting: ['leavers.gone'], hint: '`vestibule apply desk`' },
  ]);
  expect(await watched.journal()).toEqual(['draft', 'applied', 'live', 'settings']);
});

it('the watch uses the clock that is passed to it', async () => {
  const watched = await openWatched();
  await watched.write('targets/desk.yaml', `${deskText()}# edited\n`);
  await pollUntil('the edit was taken', async () => {
    watched.harness.clock.advance(watchFilesMs);
    return watched.takings() > 1;
  });
  expect(watched.logged()).toMatchObject([{ message: 'configuration files changed' }]);
});

it('unchanged files are not parsed, logged or written again, however often they are read', async () => {
  const watched = await openWatched({ 'targets/desk.yaml': deskText('sceme: [x]') });
  expect(watched.logged()).toHaveLength(1);
  await watched.look(5);
  expect(watched.takings()).toBe(1);
  expect(watched.logged()).toEqual([]);
  await watched.write('targets/desk.yaml', deskText('sceme: [x]'));
  await watched.look(3);
  expect(watched.takings()).toBe(1);
  await watched.site.sync([]);
  await watched.site.sync([]);
  expect(watched.logged()).toEqual([]);
  expect(await watched.journal()).toEqual(['draft']);
});

it('a problem is logged once for each change of its file, and the applied definition stays in force', async () => {
  const watched = await openWatched();
  await apply(watched);
  const before = await watched.harness.target('desk');
  watched.logged();
  await watched.write('targets/desk.yaml', deskText('sceme: [x]'));
  await watched.look(4);
  const problem = { level: 'error', file: watched.file('targets/desk.yaml'), line: 4, path: 'sceme', problem: 'unknown key' };
  expect(watched.logged()).toMatchObject([problem, { message: 'configuration files changed' }]);
  await watched.write('targets/desk.yaml', `${deskText('sceme: [x]')}\n# still wrong`);
  await watched.look(4);
  expect(watched.logged()).toMatchObject([problem, { message: 'configuration files changed' }]);
  expect(watched.site.problems).toMatchObject([{ path: 'sceme' }]);
  expect((await watched.harness.target('desk')).definition).toEqual(before.definition);
  await watched.write('targets/desk.yaml', deskText());
  await watched.look(4);
  expect(watched.logged()).toMatchObject([{ message: 'configuration files changed' }]);
  expect(watched.site.problems).toEqual([]);
});

it('a warning is logged once', async () => {
  const watched = await openWatched();
  const missing = watched.file('no-such-secret');
  await watched.write('targets/desk.yaml', deskText().replace('folder: /tmp', `folder: '\${file:${missing}}'`));
  await watched.look(4);
  const warnings = watched.logged().filter(({ level }) => level === 'warn');
  expect(warnings.map(({ message, warning }) => [message, warning])).toEqual([
    ['file has a warning', expect.stringContaining(`\${file:${missing}}: `)],
  ]);
});

it('a file that an editor replaces never counts as missing: it must be missing in two reads', async () => {
  const watched = await openWatched();
  await apply(watched);
  await watched.remove('targets/desk.yaml');
  await watched.look();
  await watched.write('targets/desk.yaml', deskText('# saved\n'));
  await watched.look(3);
  expect(await watched.journal()).toEqual(['draft', 'applied', 'live']);
  await watched.remove('targets/desk.yaml');
  await watched.look();
  expect(await watched.state()).toBe('live');
  await watched.look();
  expect(await watched.state()).toBe('orphaned');
  await watched.write('targets/desk.yaml', deskText());
  await watched.look(2);
  expect(await watched.state()).toBe('live');
  expect(await watched.journal()).toEqual(['draft', 'applied', 'live', 'orphaned', 'live']);
});

it('a file that is missing for the first time while another one is taken does not count as missing', async () => {
  const watched = await openWatched();
  await apply(watched);
  await watched.write('targets/gate.yaml', deskText().replace('desk', 'gate'));
  await watched.look();
  await watched.remove('targets/desk.yaml');
  await watched.look();
  expect((await watched.harness.store.targets.list()).map(({ name, state }) => [name, state])).toEqual([
    ['desk', 'live'],
    ['gate', 'draft'],
  ]);
  await watched.look();
  expect(await watched.state()).toBe('orphaned');
});

it('a file that is missing during a command about another one does not count as missing, and the watch still detects it', async () => {
  const watched = await openWatched();
  await apply(watched);
  await watched.remove('targets/desk.yaml');
  await watched.site.sync([]);
  expect(await watched.state()).toBe('live');
  await watched.look();
  expect(await watched.state()).toBe('orphaned');
});

it('a command about a target with a missing file does not wait for the watch', async () => {
  const watched = await openWatched();
  await watched.remove('targets/desk.yaml');
  await watched.site.sync(['desk']);
  expect(await watched.state()).toBe('orphaned');
});

it('a file that is still being written is not taken together with another one', async () => {
  const watched = await openWatched({ 'targets/desk.yaml': deskText("schedule: { reconcile: '5 3 * * *' }"), 'targets/gate.yaml': '' });
  await apply(watched);
  await watched.write('targets/gate.yaml', deskText().replace('desk', 'gate'));
  await watched.look();
  // Half of the file: valid, and without its schedule.
  await watched.write('targets/desk.yaml', deskText());
  await watched.look();
  expect(watched.site.problems).toEqual([]);
  expect((await watched.harness.target('desk')).definition?.schedule).toMatchObject({ reconcile: '5 3 * * *' });
  await watched.write('targets/desk.yaml', deskText("schedule: { reconcile: '7 3 * * *' }"));
  await watched.look(2);
  expect((await watched.harness.target('desk')).definition?.schedule).toMatchObject({ reconcile: '7 3 * * *' });
  expect(await watched.journal()).toEqual(['draft', 'applied', 'live', 'settings']);
});

it('a new secret in its file is used without a command', async () => {
  const secret = join(await mkdtemp(join(tmpdir(), 'vestibule-secret-')), 'folder');
  onTestFinished(() => rm(join(secret, '..'), { recursive: true }));
  await writeFile(secret, '/tmp\n');
  const watched = await openWatched({ 'targets/desk.yaml': deskText().replace('folder: /tmp', `folder: '\${file:${secret}}'`) });
  await apply(watched);
  await watched.look(3);
  expect([watched.takings(), watched.reopened()]).toEqual([2, 0]);
  await writeFile(secret, '/var/tmp\n');
  await watched.look(2);
  expect(watched.reopened()).toBe(1);
});

it('a renewed certificate is used without a command', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vestibule-certificate-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const ca = join(folder, 'ca.pem');
  await writeFile(ca, 'the first');
  const text = `target: desk\nconnector: old-vms\nsettings: { url: 'https://vms.test', auth: { bearer: x }, tls: { ca: ${ca} } }\n`;
  const watched = await openWatched({ 'targets/desk.yaml': text });
  await apply(watched);
  await watched.look(3);
  expect([watched.takings(), watched.reopened()]).toEqual([2, 0]);
  await writeFile(ca, 'the second');
  await watched.look(2);
  expect(watched.reopened()).toBe(1);
});

it('a changed vestibule.yaml is reported once in the log and by status, and takes effect after a restart', async () => {
  const watched = await openWatched();
  expect(watched.site.read().notes).toEqual([]);
  await watched.write('vestibule.yaml', 'keep: { journal: 30d }\n');
  await watched.look(4);
  const note = 'vestibule.yaml has changed since the start: restart the daemon to apply the change';
  expect(watched.logged().filter(({ level }) => level === 'warn')).toMatchObject([{ message: note }]);
  expect(watched.site.read().notes).toEqual([note]);
});

it('a question puts no file into force', async () => {
  const watched = await openWatched();
  await watched.write('targets/gate.yaml', deskText().replace('desk', 'gate'));
  await watched.remove('targets/desk.yaml');
  expect([...watched.site.read().names]).toEqual(['gate']);
  expect((await watched.harness.store.targets.list()).map(({ name, state }) => [name, state])).toEqual([['desk', 'draft']]);
});

it('a stopped watch takes no file', async () => {
  const watched = await openWatched();
  await watched.write('targets/desk.yaml', deskText('# edited\n'));
  await watched.look();
  await watched.site.stop();
  await watched.look();
  expect(watched.takings()).toBe(1);
});
