import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { readCopies, readProcess, readStages, type Stage } from '../house/dockerfile.ts';

const root = join(import.meta.dirname, '..', '..');

/**
 * Copies the files of an image by its Dockerfile into a folder that represents the root of its file system. The packages are those of the
 * checkout.
 */
async function assembleImage(stages: readonly Stage[], run: Stage): Promise<string> {
  const image = mkdtempSync(join(tmpdir(), 'vestibule-image-'));
  onTestFinished(() => rmSync(image, { recursive: true, force: true }));
  const app = join(image, 'app');
  mkdirSync(app);
  symlinkSync(join(root, 'node_modules'), join(app, 'node_modules'));
  for (const { from, source, target } of readCopies(run)) {
    if (from === undefined)
      cpSync(join(root, source), target.endsWith('/') ? join(app, target, source) : join(app, target), { recursive: true });
    else
      await buildInto(
        join(app, target),
        stages.find(({ name }) => name === from),
      );
  }
  return image;
}

/** Runs the commands of the build stage, with the result in `folder`. */
async function buildInto(folder: string, stage: Stage | undefined): Promise<void> {
  expect(stage?.instructions.some(({ word, text }) => word === 'RUN' && text === 'npm run build')).toBe(true);
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly scripts: { readonly build: string } };
  const [program = '', ...words] = scripts.build.split(' ');
  const build = spawn(join(root, 'node_modules', '.bin', program), [...words, '--outDir', folder], { cwd: root, stdio: 'inherit' });
  expect(await exitOf(build)).toBe(0);
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function readReady(daemon: ChildProcess): Promise<Readonly<Record<string, unknown>>> {
  if (daemon.stdout === null) throw new Error('the daemon has no standard output');
  for await (const line of createInterface(daemon.stdout)) {
    const fields = JSON.parse(line) as Readonly<Record<string, unknown>>;
    if (fields['msg'] === 'ready') return fields;
  }
  throw new Error('the daemon ended before it was ready');
}

test.skipIf(process.platform === 'win32')(
  'what the Dockerfile puts together starts, reports its health and stops',
  { timeout: 120_000 },
  async () => {
    const stages = readStages(readFileSync(join(root, 'Dockerfile'), 'utf8'));
    const run = stages.at(-1);
    if (run === undefined) throw new Error('the Dockerfile has no stage');
    const { command, health, env, volumes, stopSignal } = readProcess(run);
    const image = await assembleImage(stages, run);
    for (const volume of volumes) mkdirSync(join(image, volume), { mode: 0o700 });
    mkdirSync(join(image, 'config', 'targets'));
    const target = `target: desk\nconnector: sine-csv\ntables: { offices: {} }\nsettings: { drop: { folder: '${join(image, 'drops')}' } }\n`;
    writeFileSync(join(image, 'config', 'targets', 'desk.yaml'), target);

    const inImage = (text: string) => (/^\/(?:app|config|data)\b/.test(text) ? join(image, text) : text);
    const port = env['VESTIBULE_LISTEN']?.split(':').at(-1);
    expect(port).toBe('8080'); // deploy/Caddyfile sends requests there
    const here = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, inImage(value)]));
    const options = { env: { ...here, PATH: process.env['PATH'], VESTIBULE_LISTEN: `127.0.0.1:${await findFreePort()}` } };
    const [node, ...words] = command.map(inImage);
    const [alsoNode, ...probe] = health;
    expect([node, alsoNode]).toEqual(['node', 'node']);

    const daemon = spawn(process.execPath, words, { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void daemon.kill('SIGKILL'));
    const ready = await readReady(daemon);
    expect(ready['token']).toBe(`\`cat ${join(image, 'data', 'first-token')}\` (read it once, then delete the file)`);
    expect(ready['then']).toBe('`vestibule status`');
    expect(await exitOf(spawn(process.execPath, probe, options))).toBe(0);
    // The connectors of the product are in the image.
    expect(await exitOf(spawn(process.execPath, [...words.slice(0, -1), 'check'], options))).toBe(0);

    daemon.kill(stopSignal as NodeJS.Signals);
    expect(await exitOf(daemon)).toBe(0);
    expect(await exitOf(spawn(process.execPath, probe, options))).toBe(1);
  },
);
