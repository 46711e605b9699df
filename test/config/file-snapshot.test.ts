import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  compareSnapshots,
  isAbsent,
  keepPaths,
  snapshotFiles,
  snapshotSite,
  type FileSnapshot,
} from '../../src/config/read/file-snapshot.ts';

describe('the comparison of two reads with the snapshot in effect', () => {
  const snapshot = (content: string | undefined): FileSnapshot => new Map(content === undefined ? [] : [['x', content]]);

  it.each<readonly [string, taken: string | undefined, before: string | undefined, now: string | undefined, is: string]>([
    ['unchanged', 'a', 'a', 'a', 'same'],
    ['edited, and seen once', 'a', 'a', 'b', 'unsettled'],
    ['edited, and seen twice', 'a', 'b', 'b', 'changed'],
    ['edited again', 'a', 'b', 'c', 'unsettled'],
    ['edited and put back', 'a', 'b', 'a', 'unsettled'],
    ['back as it was taken', 'a', 'a', 'a', 'same'],
    ['new, and seen once', undefined, undefined, 'a', 'unsettled'],
    ['new, and seen twice', undefined, 'a', 'a', 'changed'],
    ['missing once: an editor replaces it', 'a', 'a', undefined, 'unsettled'],
    ['missing twice', 'a', undefined, undefined, 'changed'],
    ['replaced', 'a', undefined, 'a', 'unsettled'],
    ['created and removed', undefined, 'a', undefined, 'unsettled'],
  ])('finds a file %s', (_what, taken, before, now, is) => {
    const { changed, unsettled } = compareSnapshots(snapshot(taken), snapshot(before), snapshot(now));
    expect({ changed: [...changed], unsettled: [...unsettled] }).toEqual({
      changed: is === 'changed' ? ['x'] : [],
      unsettled: is === 'unsettled' ? ['x'] : [],
    });
  });

  it('a kept path has its previous state, even if the file did not exist', () => {
    const kept = keepPaths(new Map([['x', 'b']]), new Map([['y', 'a']]), ['x', 'y']);
    expect([isAbsent(kept, 'x'), kept.get('y'), isAbsent(kept, 'z')]).toEqual([true, 'a', true]);
  });
});

describe('a read of the files of a site', () => {
  async function makeSite() {
    const folder = await mkdtemp(join(tmpdir(), 'vestibule-look-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await mkdir(join(folder, 'targets'));
    await mkdir(join(folder, 'connectors', 'own'), { recursive: true });
    const write = (name: string, text: string) => writeFile(join(folder, name), text);
    await write('vestibule.yaml', 'keep: {}\n');
    await write('targets/desk.yaml', 'target: desk\n');
    await write('connectors/own/connector.yaml', 'connector: own\n');
    return { folder, write, file: (name: string) => join(folder, name) };
  }

  it.each(['vestibule.yaml', 'targets/desk.yaml', 'connectors/own/connector.yaml'])(
    'detects an edit of %s even if size and times are the same',
    async (name) => {
      const { folder, write, file } = await makeSite();
      const at = new Date('2026-11-21T12:00:00Z');
      await write(name, 'aaaa');
      await utimes(file(name), at, at);
      const before = await snapshotSite(folder);
      expect(await snapshotSite(folder)).toEqual(before);
      await write(name, 'aaab');
      await utimes(file(name), at, at);
      const now = await snapshotSite(folder);
      expect([...compareSnapshots(before, now, now).changed]).toEqual([file(name)]);
    },
  );

  it('lists files that are ignored, which may be a mistake, but no hidden files', async () => {
    const { folder, write, file } = await makeSite();
    const before = await snapshotSite(folder);
    await write('targets/lobby.yml', 'target: lobby\n');
    await write('connectors/own/connector.yml', '');
    await write('targets/.desk.yaml.swp', '');
    const now = await snapshotSite(folder);
    expect([...compareSnapshots(before, now, now).changed].sort()).toEqual([
      file('connectors/own/connector.yml'),
      file('targets/lobby.yml'),
    ]);
    await write('targets/lobby.yml', 'target: gate\n');
    expect(await snapshotSite(folder)).toEqual(now);
  });

  it('detects that a file is removed, and that another file is moved to its place', async () => {
    const { folder, file } = await makeSite();
    const before = await snapshotSite(folder);
    await rename(file('targets/desk.yaml'), file('away'));
    const gone = await snapshotSite(folder);
    expect(isAbsent(gone, file('targets/desk.yaml'))).toBe(true);
    await rename(file('away'), file('targets/desk.yaml'));
    expect(await snapshotSite(folder)).toEqual(before);
  });

  it('does not block at a pipe, a folder or a missing file', async () => {
    const { folder, file } = await makeSite();
    execFileSync('mkfifo', [file('targets/pipe.yaml')]);
    await mkdir(file('targets/folder.yaml'));
    const snapshot = await snapshotSite(folder);
    expect([snapshot.get(file('targets/pipe.yaml')), snapshot.get(file('targets/folder.yaml'))]).toEqual(['no file', 'no file']);
    expect(await snapshotSite(file('nowhere'))).toEqual(new Map());
    expect(isAbsent(await snapshotFiles([file('nowhere')]), file('nowhere'))).toBe(true);
  });
});
