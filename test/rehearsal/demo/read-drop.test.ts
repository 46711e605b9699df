import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readDrop } from '../../../src/rehearsal/demo/read-drop.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vestibule-drop-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a missing file has no rows', async () => {
  expect(await readDrop(join(folder, 'none.csv'))).toEqual([]);
});

test('an unreadable file is an error, not an empty file', async () => {
  await expect(readDrop(folder)).rejects.toThrow('EISDIR');
});

test('cells are read with commas, quotes and empty values', async () => {
  const file = join(folder, 'a.csv');
  await writeFile(file, 'Number,Title,Office\r\n00001,"Engineer, ""Blue"" Lab",\r\n,,Graz\r\n');
  expect(await readDrop(file)).toEqual([
    { Number: '00001', Title: 'Engineer, "Blue" Lab', Office: '' },
    { Number: '', Title: '', Office: 'Graz' },
  ]);
});
