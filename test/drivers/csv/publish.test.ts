import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TargetUnavailable } from '../../../src/domain/errors.ts';
import { silentLogger } from '../../../src/domain/logger.ts';
import type { OutboundRecord } from '../../../src/domain/record.ts';
import { csvDriver } from '../../../src/drivers/csv/index.ts';
import type { SnapshotConnection } from '../../../src/drivers/driver.ts';
import { TestClock } from '../../support/test-clock.ts';

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
  it('has the header, then a line for each row, with the ends that RFC 4180 wants', async () => {
    const published = await open().publish('p1', each([anna, boris]), options);
    expect(await text()).toBe('Email,First Name\r\nanna@contoso.com,Anna\r\nboris@contoso.com,Boris\r\n');
    expect(published).toMatchObject({ file: join(drop, 'front-desk.csv'), rows: 2, unchanged: false });
    expect(published.bytes).toBe((await stat(published.file)).size);
  });

  it('with nobody in it has the header alone', async () => {
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

  it.skipIf(process.platform === 'win32')('replaces a symbolic link in its place, and follows none', async () => {
    const victim = join(root, 'authorized_keys');
    await writeFile(victim, 'mine');
    await symlink(victim, join(drop, 'front-desk.csv'));
    await symlink(victim, join(drop, '.front-desk.csv.p1.tmp'));
    await open().publish('p1', each([anna]), options);
    expect(await readFile(victim, 'utf8')).toBe('mine');
    expect((await lstat(join(drop, 'front-desk.csv'))).isFile()).toBe(true);
    // Equal content behind a link is not our file either.
    const content = await text();
    await rm(join(drop, 'front-desk.csv'));
    await writeFile(victim, content);
    await symlink(victim, join(drop, 'front-desk.csv'));
    expect(await open().publish('p2', each([anna]), options)).toMatchObject({ unchanged: false });
    expect((await lstat(join(drop, 'front-desk.csv'))).isFile()).toBe(true);
  });

  it('leaves the draft of another file alone whose name begins with its own', async () => {
    await writeFile(join(drop, '.hosts.csv.p1.tmp'), 'half');
    await open({ settings: { fileName: 'hosts' } }).publish('p1', each([anna]), options);
    expect(await files()).toContain('.hosts.csv.p1.tmp');
  });

  it('quotes a cell with a list separator of another country, and defuses what follows it', async () => {
    await open().publish('p-1', each([{ Email: 'x;=1+1', 'First Name': 'a|b' }]), { signal: never });
    expect(await text()).toBe('Email,First Name\r\n"x;\'=1+1","a|b"\r\n');
  });

  it('follows delimiter, quoting, line end and name as set, and leaves a missing column empty', async () => {
    const settings = { header: ['Email', 'Site'], delimiter: ';', quoting: 'always', lineEnd: 'lf', fileName: 'staff-{target}.txt' };
    await open({ settings }).publish('p1', each([anna]), options);
    expect(await text('staff-front-desk.txt')).toBe('"Email";"Site"\n"anna@contoso.com";""\n');
  });

  it('is read back by a CSV reader as it was, whatever the cells hold', async () => {
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

  it('replaces the one before it and leaves nothing else in the folder, not even what an interrupted one left', async () => {
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
  it('is not dropped again while the last one is there', async () => {
    const connection = open();
    const first = await connection.publish('p1', each([anna]), options);
    const before = (await stat(first.file)).mtimeMs;
    expect(await connection.publish('p2', each([anna]), options)).toEqual({ ...first, unchanged: true });
    expect((await stat(first.file)).mtimeMs).toBe(before);
  });

  it.each([
    ['taken away', (file: string) => rm(file)],
    ['changed by somebody', (file: string) => writeFile(file, 'Email,First Name\r\nanna@contoso.com,Olga\r\n')],
  ])('is dropped again when the last one was %s', async (_, tamper) => {
    const connection = open();
    const { file } = await connection.publish('p1', each([anna]), options);
    await tamper(file);
    expect(await connection.publish('p2', each([anna]), options)).toMatchObject({ unchanged: false });
    expect(await text()).toContain('Anna');
  });
});

describe('copies', () => {
  it('are kept of the last files, up to the number wanted', async () => {
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

describe('a file that cannot be handed over', () => {
  it('because the folder is not there names the folder', async () => {
    const missing = join(root, 'gone');
    const connection = open({ settings: { drop: { folder: missing } } });
    await expect(connection.probe(never)).rejects.toThrow(`the folder ${missing} does not exist`);
    await expect(connection.publish('p1', each([anna]), options)).rejects.toThrow(TargetUnavailable);
    expect(await readdir(root)).not.toContain('gone');
  });

  it('because a file stands where the folder should be names it', async () => {
    const file = join(root, 'file');
    await writeFile(file, '');
    await expect(open({ settings: { drop: { folder: file } } }).probe(never)).rejects.toThrow(`${file} is not a folder`);
  });

  it('because it is too long for the product says so, and the last one stays', async () => {
    const connection = open({ settings: { maxRows: 1 } });
    await connection.publish('p1', each([anna]), options);
    await expect(connection.publish('p2', each([anna, boris]), options)).rejects.toThrow('more than 1 row');
    expect(await text()).not.toContain('boris@');
    expect(await files()).toEqual(['front-desk.csv']);
  });

  it('because it was stopped leaves the last one, and no half one', async () => {
    const stop = new AbortController();
    async function* stopped(): AsyncGenerator<OutboundRecord> {
      yield anna;
      stop.abort();
      for (;;) yield boris;
    }
    await expect(open().publish('p1', stopped(), { signal: stop.signal })).rejects.toThrow(TargetUnavailable);
    expect(await files()).toEqual([]);
  });

  it('because its rows could not be read keeps the reason, which is no fault of the Target', async () => {
    async function* broken(): AsyncGenerator<OutboundRecord> {
      yield anna;
      throw new Error('the store is gone');
    }
    await expect(open().publish('p1', broken(), options)).rejects.toThrow(/^the store is gone$/);
    expect(await files()).toEqual([]);
  });
});

describe('a Connection', () => {
  it('that is open to read cannot write', async () => {
    await expect(open({ access: 'read' }).publish('p1', each([anna]), options)).rejects.toThrow('open to read only');
    expect(await files()).toEqual([]);
  });

  it('shows a deactivated person as the settings say, or not at all', () => {
    expect(open({ settings: { deactivated: { 'First Name': 'LEFT' } } }).deactivated(anna)).toEqual({ ...anna, 'First Name': 'LEFT' });
    expect(open().deactivated(anna)).toBeUndefined();
  });

  it('finds its folder, and closes twice', async () => {
    const connection = open();
    await connection.probe(never);
    await connection.close();
    await connection.close();
  });
});
