import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkSiteFiles } from '../../src/app.ts';
import { decodeText } from '../../src/config/yaml/decode-text.ts';
import { readSite } from '../../src/config/site.ts';
import { aMachine, connectorText, oneTarget, readFiles, targetText, writeFiles } from './folder.ts';

const unread = (files: Readonly<Record<string, string>>) =>
  readFiles({ ...oneTarget(), ...files }).problems.flatMap(({ file, message, hint }) =>
    message === 'is not read because of its name or location' ? [[file, hint]] : [],
  );

describe('a file that is ignored because of its name', () => {
  it.each([
    ['vestibule.yml', 'Rename it to vestibule.yaml.'],
    ['Vestibule.yaml', 'Rename it to vestibule.yaml.'],
    ['vestibule.yaml.txt', 'Rename it to vestibule.yaml.'],
    ['targets/gate.yml', 'Rename it to gate.yaml.'],
    ['targets/gate.YAML', 'Rename it to gate.yaml.'],
    ['targets/gate.yaml.txt', 'Rename it to gate.yaml.'],
    ['targets/gate', 'Rename it to gate.yaml.'],
    ['connectors/tiny/connector.yml', 'Remove it: connector.yaml is used.'],
    ['targets/gate.yaml.bak', 'Rename it to gate.yaml, or move it out of targets/.'],
    ['targets/desk.yaml.bak', 'It is a copy of desk.yaml. Move it out of targets/, or remove it.'],
    ['targets/desk.yaml.old', 'It is a copy of desk.yaml. Move it out of targets/, or remove it.'],
    ['gate.yaml', 'If it is a target, move it to targets/gate.yaml.'],
    ['connectors/web.yaml', 'A connector is a folder: move it to connectors/web/connector.yaml.'],
  ])('%s is reported with the correct name', (file, hint) => {
    expect(unread({ [file]: 'x: 1\n' })).toEqual([[file, hint]]);
  });

  it.each([
    ['target/gate.yaml', 'target', 'Rename it to targets.'],
    ['connector/web/connector.yaml', 'connector', 'Rename it to connectors.'],
    ['targets/site/gate.yaml', 'targets/site', 'Move its files to targets/: subfolders are not read.'],
  ])('is a folder: %s', (file, folder, hint) => {
    expect(unread({ [file]: 'x: 1\n' })).toEqual([[folder, hint]]);
  });

  it.each(['targets/README.md', 'targets/gate.yaml~', 'targets/.gate.yaml.swp', 'connectors/README.md', 'notes.txt'])(
    '%s is accepted without a warning',
    (file) => {
      expect(unread({ [file]: 'x' })).toEqual([]);
    },
  );

  it.each(['targets', 'connectors'])('a file in place of the folder %s is a problem, and the daemon starts', (name) => {
    const { problems } = readFiles({ [name]: 'x' });
    expect(problems).toMatchObject([{ file: name, message: 'is not a folder', level: 'problem' }]);
  });
});

describe('the encoding of a file', () => {
  const utf16 = (text: string) => Buffer.from(text, 'utf16le');

  it.each<[string, Uint8Array, RegExp]>([
    [
      'UTF-16 with a byte order mark',
      Buffer.concat([Buffer.from([0xff, 0xfe]), utf16(targetText)]),
      /^is encoded in UTF-16, not in UTF-8$/,
    ],
    ['UTF-16 without a byte order mark', utf16(targetText), /^is encoded in UTF-16/],
    ['UTF-16 in big-endian order', utf16(targetText).swap16(), /^is encoded in UTF-16/],
    [
      'Windows-1252',
      Buffer.from('target: desk\n# Büro\n', 'latin1'),
      /^is not encoded in UTF-8 but probably in Windows-1252 \(first seen on line 2\)$/,
    ],
    ['a NUL byte', Buffer.from('target: desk\nconnector: ti\0ny\n'), /^is not a text file: line 2 contains a NUL byte$/],
    ['a file that is too large', Buffer.alloc(3 * 1024 * 1024, 0x20), /^is larger than 2 MB$/],
  ])('%s is reported with a hint', (_what, bytes, message) => {
    expect(decodeText(bytes)).toMatchObject({ message: expect.stringMatching(message), hint: expect.stringMatching(/UTF-8|lists/) });
    const folder = writeFiles(oneTarget());
    const file = join(folder, 'targets', 'desk.yaml');
    writeFileSync(file, bytes);
    const site = readSite(folder, join(folder, 'shipped'), { machine: aMachine() });
    expect(site.problems).toMatchObject([{ file, message: expect.stringMatching(message), level: 'problem' }]);
    expect(site.brokenTargets).toEqual(['desk']);
  });

  it.each([
    ['UTF-8', Buffer.from('# Büro 王\n')],
    ['UTF-8 with a byte order mark', Buffer.from('\ufeff# Büro 王\n')],
    ['an empty file', Buffer.alloc(0)],
  ])('%s is read', (_what, bytes) => {
    expect(decodeText(bytes)).toEqual({ text: bytes.toString('utf8').replace('\ufeff', '') });
  });
});

describe('check reports what it read', () => {
  it('it lists the folder, the number of targets, and the number of connectors of the site or in use', async () => {
    const folder = writeFiles({
      ...oneTarget(),
      'connectors/spare/connector.yaml': connectorText.replace('tiny', 'spare'),
      'targets/b.yaml': 'target: [\n',
    });
    const { read, problems } = await checkSiteFiles({ configDir: folder });
    expect(read).toEqual({ folder, targets: 2, connectors: 2, by: 'this process' });
    expect(problems.some(({ level }) => level === 'problem')).toBe(true);
  });

  it('a folder that does not exist is a problem', async () => {
    const folder = join(writeFiles({}), 'no-such');
    const { problems, read } = await checkSiteFiles({ configDir: folder });
    expect(problems).toEqual([
      {
        file: folder,
        path: '',
        message: 'folder does not exist',
        hint: 'create it, or set the configuration folder with --config DIR (or VESTIBULE_CONFIG)',
        level: 'problem',
      },
    ]);
    expect(read.targets).toBe(0);
  });

  it('__proto__ and similar keys are not valid names', () => {
    const folder = writeFiles({});
    const file = join(folder, 'vestibule.yaml');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, 'sources: { __proto__: {} }\n');
    expect(readSite(folder, join(folder, 'shipped')).problems).toMatchObject([{ message: 'the key __proto__ cannot be used' }]);
  });
});
