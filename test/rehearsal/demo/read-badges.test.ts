import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readBadges } from '../../../src/rehearsal/demo/read-badges.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vestibule-badges-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a missing file contains no people', async () => {
  expect(await readBadges(join(folder, 'none.jsonl'))).toEqual([]);
});

test('an unreadable file is an error, not an empty list', async () => {
  await expect(readBadges(folder)).rejects.toThrow('EISDIR');
});

test('the last line for a key applies, including deletions, and a line without a line end is ignored', async () => {
  const file = join(folder, 'badges.jsonl');
  const line = (key: string, active: boolean) => ({ key, active, record: { number: `n${key}` } });
  const lines = [line('1', true), line('2', true), line('1', false), { key: '2', deleted: true }, line('3', true)];
  await writeFile(file, `${lines.map((one) => JSON.stringify(one)).join('\n')}\n{"key":"1","act`);
  expect(await readBadges(file)).toEqual([line('1', false), line('3', true)]);
});
