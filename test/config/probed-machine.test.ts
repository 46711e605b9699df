import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { thisMachine } from '../../src/config/machine.ts';
import { ProbedMachine } from '../../src/config/probed-machine.ts';

let root: string;
let machine: ProbedMachine;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'vestibule-probed-')));
  onTestFinished(() => rm(root, { recursive: true }));
  machine = new ProbedMachine(thisMachine());
});

describe('a machine that looks at folders in the background', () => {
  it('answers from a look once that has returned', async () => {
    await mkdir(join(root, 'drop'));
    await symlink(join(root, 'drop'), join(root, 'link'));
    await writeFile(join(root, 'file'), '');
    const ask = () => ({
      folders: ['drop', 'link', 'file', 'none'].map((name) => machine.isFolder(join(root, name))),
      places: [machine.realPath(join(root, 'link', 'new', 'x.csv')), machine.realPath(join(root, 'drop'))],
    });
    expect(ask().folders).toEqual([true, true, true, true]);
    const real = thisMachine();
    expect(await machine.settled(ask)).toEqual({
      folders: [true, true, false, false],
      places: [real.realPath(join(root, 'link', 'new', 'x.csv')), join(root, 'drop')],
    });
  });

  it('sees a folder that was created after the last look when it looks again', async () => {
    const ask = () => machine.isFolder(join(root, 'drop'));
    expect(await machine.settled(ask)).toBe(false);
    await mkdir(join(root, 'drop'));
    expect(ask()).toBe(false);
    machine.refresh();
    expect(await machine.settled(ask)).toBe(true);
  });

  it('reads once when every answer is known', async () => {
    const read = vi.fn(() => machine.isFolder(root));
    await machine.settled(read);
    await machine.settled(read);
    expect(read).toHaveBeenCalledTimes(3);
  });

  it('asks the machine itself for files, variables and programs', () => {
    const real = thisMachine();
    expect(machine.ignoresCase).toBe(real.ignoresCase);
    expect(machine.env('PATH')).toBe(process.env['PATH']);
    expect(machine.hasProgram(process.execPath, root)).toBe(true);
    execFileSync('sh', ['-c', `printf secret > ${join(root, 'secret')}`]);
    expect(machine.isFile(join(root, 'secret'))).toBe(true);
    expect(machine.readText(join(root, 'secret'))).toBe('secret');
    expect(machine.readBytes(join(root, 'secret'))).toHaveLength(6);
  });
});
