import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TargetUnavailable } from '../../../../src/domain/errors.ts';
import { silentLogger } from '../../../../src/domain/logger.ts';
import type { OutboundRecord } from '../../../../src/domain/record.ts';
import { csvDriver } from '../../../../src/outbound/drivers/csv/index.ts';
import type { SnapshotConnection } from '../../../../src/outbound/drivers/driver.ts';
import { TestClock } from '../../../support/test-clock.ts';

let root: string;
let drop: string;
const never = new AbortController().signal;
const options = { signal: never };

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'vestibule-csv-'));
  drop = join(root, 'drop');
  await mkdir(drop);
});
afterEach(() => rm(root, { recursive: true, force: true }));

interface Opening {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly access?: 'read' | 'write';
  readonly keepFiles?: number;
}

function open({ settings = {}, access = 'write', keepFiles }: Opening = {}): SnapshotConnection {
  const parsed = csvDriver.settings.parse({ header: ['Email', 'First Name'], drop: { folder: drop }, ...settings });
  const definition = {
    target: 'front-desk',
    match: [['Email']],
    can: ['create', 'update', 'delete'],
    folder: root,
    absent: 'removed',
  } as const;
  const deps = {
    log: silentLogger,
    clock: new TestClock(),
    definition,
    workFolder: join(root, 'work'),
    ...(keepFiles !== undefined && { keepFiles }),
  };
  return csvDriver.open(parsed, deps, access) as SnapshotConnection;
}

async function* each(rows: readonly OutboundRecord[]): AsyncGenerator<OutboundRecord> {
  yield* rows;
}

const anna = { Email: 'anna@contoso.com', 'First Name': 'Anna' };
const boris = { Email: 'boris@contoso.com', 'First Name': 'Boris' };
const text = (name = 'front-desk.csv') => readFile(join(drop, name), 'utf8');
const files = () => readdir(drop);

describe('a published file', () => {
  it('has the header and a line for each row, with the line ends of RFC 4180', async () => {
    const published = await open().publish('p1', each([anna, boris]), options);
    expect(await text()).toBe('Email,First Name\r\nanna@contoso.com,Anna\r\nboris@contoso.com,Boris\r\n');
    expect(published).toMatchObject({ file: join(drop, 'front-desk.csv'), rows: 2, unchanged: false });
    expect(published.bytes).toBe((await stat(published.file)).size);
  });

  it('without people contains the header only', async () => {
    await open().publish('p1', each([]), options);
    expect(await text()).toBe('Email,First Name\r\n');
  });

  it.skipIf(process.platform === 'win32').each([
    [undefined, '640'],
    ['0664', '664'],
    ['600', '600'],
  ])('has the permissions %s as set: %s', async (mode, shown) => {
    const before = process.umask(0o077);
    try {
      await open({ settings: { drop: { folder: drop, ...(mode !== undefined && { mode }) } } }).publish('p1', each([anna]), options);
    } finally {
      process.umask(before);
    }
    expect(((await stat(join(drop, 'front-desk.csv'))).mode & 0o777).toString(8)).toBe(shown);
  });

  it.skipIf(process.platform === 'win32')('replaces a symbolic link and does not follow it', async () => {
    const victim = join(root, 'authorized_keys');
    await writeFile(victim, 'mine');
    await symlink(victim, join(drop, 'front-desk.csv'));
    await symlink(victim, join(drop, '.front-desk.csv.p1.tmp'));
    await open().publish('p1', each([anna]), options);
    expect(await readFile(victim, 'utf8')).toBe('mine');
    expect((await lstat(join(drop, 'front-desk.csv'))).isFile()).toBe(true);
    // A link to a file with equal content also counts as another file.
    const content = await text();
    await rm(join(drop, 'front-desk.csv'));
    await writeFile(victim, content);
    await symlink(victim, join(drop, 'front-desk.csv'));
    expect(await open().publish('p2', each([anna]), options)).toMatchObject({ unchanged: false });
    expect((await lstat(join(drop, 'front-desk.csv'))).isFile()).toBe(true);
  });

  it('leaves the temporary file of a file with a longer name unchanged', async () => {
    await writeFile(join(drop, '.hosts.csv.p1.tmp'), 'half');
    await open({ settings: { fileName: 'hosts' } }).publish('p1', each([anna]), options);
    expect(await files()).toContain('.hosts.csv.p1.tmp');
  });

  it('quotes cells that contain list separators of other countries, and escapes formulas after them', async () => {
    await open().publish('p-1', each([{ Email: 'x;=1+1', 'First Name': 'a|b' }]), { signal: never });
    expect(await text()).toBe('Email,First Name\r\n"x;\'=1+1","a|b"\r\n');
  });

  it('has delimiter, quoting, line end and name as configured, and an empty cell for a missing column', async () => {
    const settings = { header: ['Email', 'Site'], delimiter: ';', quoting: 'always', lineEnd: 'lf', fileName: 'staff-{target}.txt' };
    await open({ settings }).publish('p1', each([anna]), options);
    expect(await text('staff-front-desk.txt')).toBe('"Email";"Site"\n"anna@contoso.com";""\n');
  });

  it('reads back unchanged with a CSV reader, for any cell content', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ' ', '"', ',', ';', '\n', '\r', 'ß', '王', '=', "'"), maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ Email: cell, 'First Name': cell }), { maxLength: 5 }),
        fc.constantFrom(',', ';', '\t'),
        async (rows, delimiter) => {
          await open({ settings: { delimiter, escapeFormulas: false } }).publish('p1', each(rows), options);
          expect(parse(await text(), { delimiter, columns: true, record_delimiter: '\r\n' })).toEqual(rows);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('replaces the previous file and leaves no other file in the folder, not even one of an interrupted run', async () => {
    await writeFile(join(drop, '.front-desk.csv.p0.tmp'), 'half a fi');
    await writeFile(join(drop, '.other.csv.p0.tmp'), 'not ours');
    const connection = open();
    await connection.publish('p1', each([anna]), options);
    await connection.publish('p2', each([boris]), options);
    expect(await text()).toContain('boris@');
    expect(await text()).not.toContain('anna@');
    expect((await files()).sort()).toEqual(['.other.csv.p0.tmp', 'front-desk.csv']);
  });

  it('is not visible before all its rows are written', async () => {
    const seen: (readonly string[])[] = [];
    async function* watched(): AsyncGenerator<OutboundRecord> {
      for (let index = 0; index < 1_200; index++) {
        if (index % 400 === 0) seen.push((await files()).filter((name) => !name.startsWith('.')));
        yield { Email: `${index}@contoso.com` };
      }
    }
    expect((await open().publish('p1', watched(), options)).rows).toBe(1_200);
    expect(seen).toEqual([[], [], []]);
  });
});

describe('a file with the same content', () => {
  it('is not written again while the last one exists', async () => {
    const connection = open();
    const first = await connection.publish('p1', each([anna]), options);
    const before = (await stat(first.file)).mtimeMs;
    expect(await connection.publish('p2', each([anna]), options)).toEqual({ ...first, unchanged: true });
    expect((await stat(first.file)).mtimeMs).toBe(before);
  });

  it.each([
    ['taken away', (file: string) => rm(file)],
    ['changed by another process', (file: string) => writeFile(file, 'Email,First Name\r\nanna@contoso.com,Olga\r\n')],
  ])('is written again when the last one was %s', async (_, tamper) => {
    const connection = open();
    const { file } = await connection.publish('p1', each([anna]), options);
    await tamper(file);
    expect(await connection.publish('p2', each([anna]), options)).toMatchObject({ unchanged: false });
    expect(await text()).toContain('Anna');
  });
});

describe('copies', () => {
  it('are kept of the last files, up to the configured number', async () => {
    const connection = open({ keepFiles: 2 });
    for (const number of [1, 2, 3]) await connection.publish(`p${number}`, each([{ Email: `${number}@contoso.com` }]), options);
    const copies = join(root, 'work', 'files');
    expect((await readdir(copies)).sort()).toEqual(['p2.csv', 'p3.csv']);
    expect(await readFile(join(copies, 'p2.csv'), 'utf8')).toContain('2@contoso.com');
  });

  it('are not kept of a file that could not be handed over', async () => {
    await mkdir(join(drop, 'front-desk.csv'));
    await expect(open().publish('p1', each([anna]), options)).rejects.toThrow(TargetUnavailable);
    expect(await readdir(join(root, 'work', 'files'))).toEqual([]);
  });
});

describe('an attempt to hand a file over', () => {
  it('names the folder when it does not exist', async () => {
    const missing = join(root, 'gone');
    const connection = open({ settings: { drop: { folder: missing } } });
    await expect(connection.probe(never)).rejects.toThrow(`the folder ${missing} does not exist`);
    await expect(connection.publish('p1', each([anna]), options)).rejects.toThrow(TargetUnavailable);
    expect(await readdir(root)).not.toContain('gone');
  });

  it('names the file that is in place of the folder', async () => {
    const file = join(root, 'file');
    await writeFile(file, '');
    await expect(open({ settings: { drop: { folder: file } } }).probe(never)).rejects.toThrow(`${file} is not a folder`);
  });

  it('reports a file with too many rows for the product, and keeps the last file', async () => {
    const connection = open({ settings: { maxRows: 1 } });
    await connection.publish('p1', each([anna]), options);
    await expect(connection.publish('p2', each([anna, boris]), options)).rejects.toThrow('more than 1 row');
    expect(await text()).not.toContain('boris@');
    expect(await files()).toEqual(['front-desk.csv']);
  });

  it('keeps the last file and no partial file when it is aborted', async () => {
    const stop = new AbortController();
    async function* stopped(): AsyncGenerator<OutboundRecord> {
      yield anna;
      stop.abort();
      for (;;) yield boris;
    }
    await expect(open().publish('p1', stopped(), { signal: stop.signal })).rejects.toThrow(TargetUnavailable);
    expect(await files()).toEqual([]);
  });

  it('keeps the original error when the rows could not be read, and does not blame the Target', async () => {
    async function* broken(): AsyncGenerator<OutboundRecord> {
      yield anna;
      throw new Error('the store is gone');
    }
    await expect(open().publish('p1', broken(), options)).rejects.toThrow(/^the store is gone$/);
    expect(await files()).toEqual([]);
  });
});

describe('a Connection', () => {
  it('that is read-only cannot write', async () => {
    await expect(open({ access: 'read' }).publish('p1', each([anna]), options)).rejects.toThrow('is read-only');
    expect(await files()).toEqual([]);
  });

  it('writes a deactivated person as configured, or not', () => {
    expect(open({ settings: { deactivated: { 'First Name': 'LEFT' } } }).deactivated(anna)).toEqual({ ...anna, 'First Name': 'LEFT' });
    expect(open().deactivated(anna)).toBeUndefined();
  });

  it('tests its folder with probe, and closes twice', async () => {
    const connection = open();
    await connection.probe(never);
    await connection.close();
    await connection.close();
  });
});
