import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runVestibule, startVestibule, type DaemonProcess } from './daemon-process.ts';

let folder: string;
let site: readonly string[];
let daemon: DaemonProcess;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vestibule-daemon-'));
  await mkdir(join(folder, 'config'));
  site = ['--config', join(folder, 'config'), '--data', join(folder, 'data')];
  daemon = await startVestibule(...site);
});

afterAll(async () => {
  await daemon.stop();
  await rm(folder, { recursive: true });
});

describe('a daemon without configuration files', () => {
  it('accepts a token that the command line created while the daemon ran', async () => {
    const { exitCode, out } = await runVestibule('token', 'create', ...site, '--label', 'entra', '--print');
    expect(exitCode).toBe(0);
    const token = out.trimEnd().split('\n').at(-1) ?? '';
    const ask = (authorization: string) => fetch(`${daemon.tenantUrl}/Users?filter=userName eq "nobody"`, { headers: { authorization } });
    const answer = await ask(`Bearer ${token}`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ totalResults: 0 });
    expect((await ask(`Bearer ${token}x`)).status).toBe(401);
  });

  it('answers the commands through its socket', async () => {
    expect(existsSync(join(folder, 'data', 'vestibule.sock'))).toBe(true);
    const { exitCode, out } = await runVestibule('status', ...site, '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ running: true, targets: [], people: 0 });
  });

  it('reports that an unknown person was never received', async () => {
    const { exitCode, out } = await runVestibule('why', ...site, 'anna@contoso.com');
    expect(exitCode).toBe(0);
    expect(out).toContain('No person matches “anna@contoso.com”.');
  });

  it('refuses an unknown target with a message and exit code 1', async () => {
    const { exitCode, err } = await runVestibule('pause', ...site, 'nowhere');
    expect(exitCode).toBe(1);
    expect(err).toMatch(/^vestibule: .*nowhere/);
  });

  it('refuses a second daemon on its data folder', async () => {
    const { exitCode, err } = await runVestibule('start', ...site, '--listen', '127.0.0.1:0');
    expect(exitCode).toBe(1);
    expect(err).toMatch(/^vestibule: \S/);
  });

  it('writes only JSON lines to standard output, without a token in any of them', () => {
    expect(daemon.lines.length).toBeGreaterThan(0);
    expect(JSON.stringify(daemon.lines)).not.toMatch(/vst_\w/);
  });
});

describe('without a running daemon', () => {
  it('after SIGTERM ended it with 0, the commands read the store themselves', async () => {
    const own = await mkdtemp(join(tmpdir(), 'vestibule-daemon-'));
    const folders = ['--config', join(own, 'config'), '--data', join(own, 'data')];
    const short = await startVestibule(...folders);
    expect(await short.stop()).toBe(0);
    expect(existsSync(join(own, 'data', 'vestibule.sock'))).toBe(false);
    const { exitCode, out } = await runVestibule('status', ...folders, '--json');
    await rm(own, { recursive: true });
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ running: false });
  });

  it('a folder without a store is reported and left unchanged, unless a token is created', async () => {
    const own = await mkdtemp(join(tmpdir(), 'vestibule-daemon-'));
    const folders = ['--config', join(own, 'config'), '--data', join(own, 'slip')];
    const list = await runVestibule('token', 'list', ...folders);
    const made = existsSync(join(own, 'slip'));
    const create = await runVestibule('token', 'create', '--label', 'early', '--print', ...folders);
    const then = await runVestibule('token', 'list', ...folders);
    await rm(own, { recursive: true });
    expect({ exitCode: list.exitCode, made }).toEqual({ exitCode: 1, made: false });
    expect(list.err).toContain(`there is no store in ${join(own, 'slip')}, and no daemon runs there`);
    expect(create.err).toContain(`Created a new store in ${join(own, 'slip')}`);
    expect(then.out).toContain('early');
  });

  it('check lists the problems of the files and exits with 2', async () => {
    const own = await mkdtemp(join(tmpdir(), 'vestibule-daemon-'));
    await writeFile(join(own, 'vestibule.yaml'), 'servr: {}\n');
    const { exitCode, out } = await runVestibule('check', '--config', own);
    await rm(own, { recursive: true });
    expect(exitCode).toBe(2);
    expect(out).toContain('servr');
    expect(out).toContain('line 1');
  });

  it.each([
    [['--version'], 0],
    [['nowhere'], 2],
  ])('%j exits with %i', async (argv, exitCode) => {
    expect((await runVestibule(...argv)).exitCode).toBe(exitCode);
  });
});
