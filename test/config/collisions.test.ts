import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openAdmin } from '../../src/app.ts';
import { checkSite } from '../../src/config/checks/check-site.ts';
import { thisMachine } from '../../src/config/machine.ts';
import { drivers } from '../../src/outbound/drivers/registry.ts';
import { aMachine, connectorText, readFiles } from './folder.ts';

const csv = `${connectorText.replace('  mode: full\n', '  mode: full\n  header: [Email, Name]\n')}  outOfScope: []\n`;
const rest = `connector: web
driver: rest
can: [create]
match: [Email]
settings:
  create: { post: /hosts, key: body.id }
mapping: { Email: email }
leavers: { gone: [], inactive: [], outOfScope: [] }
`;

const target = (name: string, connector: string, settings: string) => `target: ${name}\nconnector: ${connector}\nsettings: ${settings}\n`;

/** The problems and warnings of two Targets with these settings. */
function collide(connector: 'tiny' | 'web', gate: string, lobby: string, machine = aMachine()) {
  const files = {
    'connectors/tiny/connector.yaml': csv,
    'connectors/web/connector.yaml': rest,
    'targets/gate.yaml': target('gate', connector, gate),
    'targets/lobby.yaml': target('lobby', connector, lobby),
  };
  const { problems, fileDefinitions } = checkSite(readFiles(files, machine), drivers, machine);
  const found = problems
    .filter(({ path }) => /^settings\.(drop|url)/.test(path))
    .map(({ file, line, path, message, hint, level }) => ({ file: file.replace(/^.*targets\//, ''), line, path, message, hint, level }));
  return { found, fileDefinitions: [...fileDefinitions.keys()] };
}

function folderWithLink(): { readonly real: string; readonly link: string } {
  const root = mkdtempSync(join(tmpdir(), 'vestibule-drop-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'real'));
  symlinkSync(join(root, 'real'), join(root, 'link'));
  return { real: join(root, 'real'), link: join(root, 'link') };
}

describe('two Targets that write the same file', () => {
  it('are a problem in both files, each with the name of the other and a hint, and neither has a fileDefinition', () => {
    const settings = '{ drop: { folder: /drops }, fileName: hosts.csv }';
    const { found, fileDefinitions } = collide('tiny', settings, settings);
    const hint = 'Give each target its own folder or fileName, such as {target}.csv.';
    const path = 'settings.drop.folder';
    expect(found).toEqual([
      { file: 'gate.yaml', line: 3, path, message: 'writes /drops/hosts.csv, which the target lobby also writes', hint, level: 'problem' },
      { file: 'lobby.yaml', line: 3, path, message: 'writes /drops/hosts.csv, which the target gate also writes', hint, level: 'problem' },
    ]);
    expect(fileDefinitions).toEqual([]);
  });

  it.each([
    ['a dot-dot', '{ drop: { folder: /drops/x/../y }, fileName: h.csv }', '{ drop: { folder: /drops/y }, fileName: h.csv }'],
    ['a slash at the end', '{ drop: { folder: /drops/y/ }, fileName: h.csv }', '{ drop: { folder: /drops/y }, fileName: h.csv }'],
    ['the name of the other Target', '{ drop: { folder: /drops } }', "{ drop: { folder: /drops }, fileName: 'gate.csv' }"],
    [
      'a file name that contains the name of the Target',
      "{ drop: { folder: /drops }, fileName: 'x-{target}.csv' }",
      '{ drop: { folder: /drops }, fileName: x-gate.csv }',
    ],
  ])('are found despite %s', (_what, gate, lobby) => {
    expect(collide('tiny', gate, lobby).found.map(({ file, level }) => [file, level])).toEqual([
      ['gate.yaml', 'problem'],
      ['lobby.yaml', 'problem'],
    ]);
  });

  it('are found despite a symbolic link, also if the folder below it does not exist yet', () => {
    const { real, link } = folderWithLink();
    for (const below of ['', '/later']) {
      const settings = (folder: string) => `{ drop: { folder: ${folder}${below} }, fileName: h.csv }`;
      expect(collide('tiny', settings(real), settings(link)).found).toHaveLength(2);
    }
  });

  it('are found despite different letter case where the file system ignores case, and only there', () => {
    const [gate, lobby] = ['{ drop: { folder: /drops }, fileName: H.csv }', '{ drop: { folder: /Drops }, fileName: h.csv }'];
    expect(collide('tiny', gate, lobby, { ...aMachine(), ignoresCase: true }).found).toHaveLength(2);
    expect(collide('tiny', gate, lobby).found).toEqual([]);
    expect(thisMachine().ignoresCase).toBe(process.platform === 'win32');
  });

  it('may share a folder under different names', () => {
    const { found, fileDefinitions } = collide('tiny', '{ drop: { folder: /drops } }', '{ drop: { folder: /drops } }');
    expect(found).toEqual([]);
    expect(fileDefinitions).toEqual(['gate', 'lobby']);
  });
});

describe('two Targets at the same address', () => {
  it.each([
    ['https://vms.x.test/base', 'https://VMS.x.test:443/base/'],
    ['http://vms.x.test', 'http://vms.x.test/'],
  ])('%s and %s cause a warning, and keep their fileDefinitions', (gate, lobby) => {
    const { found, fileDefinitions } = collide('web', `{ url: '${gate}' }`, `{ url: '${lobby}' }`);
    expect(found.map(({ file, message, level }) => [file, message, level])).toEqual([
      ['gate.yaml', 'has the same address as the target lobby, so both change the same records', 'warning'],
      ['lobby.yaml', 'has the same address as the target gate, so both change the same records', 'warning'],
    ]);
    expect(fileDefinitions).toEqual(['gate', 'lobby']);
  });

  it.each([
    ['https://vms.x.test', 'http://vms.x.test'],
    ['https://vms.x.test/a', 'https://vms.x.test/b'],
    ['https://vms.x.test', 'https://vms.x.test:8443'],
  ])('%s and %s are two different addresses', (gate, lobby) => {
    expect(collide('web', `{ url: '${gate}' }`, `{ url: '${lobby}' }`).found).toEqual([]);
  });
});

it('apply is refused while the applied definition of another Target writes to that file, even if that Target’s file has changed since', async () => {
  const root = mkdtempSync(join(tmpdir(), 'vestibule-collide-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const write = (name: string, text: string) => {
    const file = join(root, 'config', name);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
  };
  mkdirSync(join(root, 'drop'));
  const settings = (file: string) => `{ drop: { folder: ${join(root, 'drop')} }, fileName: ${file} }`;
  write('connectors/tiny/connector.yaml', csv);
  write('targets/gate.yaml', target('gate', 'tiny', settings('hosts.csv')));
  const admin = await openAdmin({ configDir: join(root, 'config'), dataDir: join(root, 'data') }, 'make');
  try {
    const { api } = admin;
    await api.apply('gate', { by: 'jo', replaceAll: true });
    write('targets/gate.yaml', target('gate', 'tiny', settings('gate.csv')));
    write('targets/lobby.yaml', target('lobby', 'tiny', settings('hosts.csv')));
    await expect(api.apply('lobby', { by: 'jo', replaceAll: true })).rejects.toMatchObject({
      code: 'refused',
      message: `lobby writes ${join(root, 'drop', 'hosts.csv')}, which the target gate also writes (according to the applied definition of that target)`,
      hint: 'Give each target its own folder or fileName, such as {target}.csv. Or apply the edited file of the other target first.',
    });
    await api.apply('gate', { by: 'jo', replaceAll: true, system: 'same' });
    await expect(api.apply('lobby', { by: 'jo', replaceAll: true })).resolves.toMatchObject({ target: 'lobby' });
  } finally {
    await admin.close();
  }
});
