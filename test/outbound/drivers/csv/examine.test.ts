import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { csvDriver } from '../../../../src/outbound/drivers/csv/index.ts';
import type { Examination } from '../../../../src/outbound/drivers/driver.ts';
import { examinationContract, examineAll } from '../../../contracts/examination-contract.ts';
import { keepLines } from '../../../support/log-lines.ts';
import { TestClock } from '../../../support/test-clock.ts';

let root: string;
let drop: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'vestibule-csv-'));
  drop = join(root, 'drop');
  await mkdir(drop);
});
afterEach(() => rm(root, { recursive: true, force: true }));

const { log, lines } = keepLines();

function examine(settings: Readonly<Record<string, unknown>> = {}, clock = new TestClock()): Examination {
  const parsed = csvDriver.settings.parse({ header: ['Email', 'First Name'], drop: { folder: drop }, ...settings });
  const definition = { target: 'desk', match: [['Email']], can: ['create'], folder: root, absent: 'removed' } as const;
  return csvDriver.examine(parsed, { log, clock, definition, workFolder: join(root, 'work') });
}

/** Names, contents and times of the files in the drop folder, and the time of the folder's last change. */
async function snapshot(): Promise<unknown> {
  const names = await readdir(root, { recursive: true }).catch(() => []);
  const files = names.filter((name) => name.endsWith('.csv'));
  const folder = await stat(drop).catch(() => undefined);
  return { names, changed: folder?.mtimeMs, texts: await Promise.all(files.map((name) => readFile(join(root, name), 'utf8'))) };
}

const step = async (name: string, examination: Examination) => (await examineAll(examination)).find((one) => one.step === name);

describe('the examination of a drop folder', () => {
  examinationContract(() => ({
    examine,
    held: snapshot,
    seed: () => writeFile(join(drop, 'desk.csv'), 'Email,First Name\r\nanna@contoso.test,Anna\r\n'),
    personal: 'anna@contoso.test',
    goDown: () => rm(drop, { recursive: true, force: true }),
    lines,
    secret: 'no secret here',
  }));

  it('names a missing folder', async () => {
    expect(await step('folder', examine({ drop: { folder: join(root, 'mount') } }))).toMatchObject({
      result: 'failed',
      message: `the folder ${join(root, 'mount')} does not exist`,
      hint: 'Create or mount it.',
    });
  });

  it('names a path that is a file', async () => {
    await writeFile(join(root, 'file'), '');
    expect(await step('folder', examine({ drop: { folder: join(root, 'file') } }))).toMatchObject({
      result: 'failed',
      message: `${join(root, 'file')} is not a folder`,
    });
  });

  it.skipIf(process.getuid?.() === 0)('names a folder without permission to write or to read', async () => {
    await chmod(drop, 0o500);
    expect(await step('folder', examine())).toMatchObject({ result: 'failed', message: `the folder ${drop} is not writable` });
    await chmod(drop, 0o300);
    expect(await step('folder', examine())).toMatchObject({ result: 'failed', message: `The folder ${drop} cannot be read` });
  });

  it.each([
    ['utf-8', 2],
    ['utf-8-bom', 2],
    ['cp1252', 2],
    ['utf-16le-bom', 2],
  ])('counts the rows of the current file in %s', async (encoding, rows) => {
    const text = 'Email,First Name\r\na@contoso.test,"Zoë\r\nMaria"\r\nb@contoso.test,"Jo ""J"" Ö"\r\n';
    await writeFile(join(drop, 'desk.csv'), iconv.encode(text, encoding.replace('-bom', ''), { addBOM: encoding.endsWith('-bom') }));
    const { mtimeMs } = await stat(join(drop, 'desk.csv'));
    const clock = new TestClock(new Date(mtimeMs + 3 * 3_600_000));
    const found = await step('file', examine({ encoding }, clock));
    expect(found).toMatchObject({ result: 'passed' });
    expect(found?.message).toMatch(new RegExp(`^${join(drop, 'desk.csv')}: ${rows} rows, \\d+ bytes, written 3 h ago$`));
  });

  it('counts a last row without line end, and no row in a file with only a header', async () => {
    await writeFile(join(drop, 'desk.csv'), 'Email\nanna@contoso.test');
    expect((await step('file', examine()))?.message).toMatch(/: 1 row, /);
    await writeFile(join(drop, 'desk.csv'), 'Email');
    expect((await step('file', examine()))?.message).toMatch(/: 0 rows, /);
  });

  it('names a folder in place of the file', async () => {
    await mkdir(join(drop, 'desk.csv'));
    expect(await step('file', examine())).toMatchObject({ result: 'failed', message: `The path ${join(drop, 'desk.csv')} is not a file` });
  });

  it('names a column that the encoding cannot write', async () => {
    expect(await step('encoding', examine({ header: ['Email', '王'], encoding: 'cp1252' }))).toMatchObject({
      result: 'failed',
      message: 'The column 王 cannot be written in cp1252',
    });
  });
});
