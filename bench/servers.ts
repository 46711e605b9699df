import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

/** What `npm start` and the image give Node. */
const nodeOptions = ['--max-semi-space-size=16'];

/** A server under load, in a separate process. */
export interface Server {
  readonly pid: number;
  /** Where `/Users` is. */
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Names of the servers that are compared. */
export type ServerName = 'limit' | 'vestibule';

/** Starts a server on an empty folder. */
export const startServer: Readonly<Record<ServerName, (folder: string) => Promise<Server>>> = {
  async limit(folder) {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'limit-server', 'main.ts'), join(folder, 'limit.db')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return toServer(child, await firstMatch(child, /^(http:.*)$/), {});
  },
  async vestibule(folder) {
    const launcher = join(import.meta.dirname, '..', 'bin', 'vestibule.js');
    const folders = ['--config', join(folder, 'config'), '--data', join(folder, 'data')];
    await mkdir(join(folder, 'config'));
    await mkdir(join(folder, 'data'));
    const { stdout } = await promisify(execFile)(process.execPath, [
      launcher,
      'token',
      'create',
      ...folders,
      '--label',
      'bench',
      '--print',
    ]);
    const token = stdout.trimEnd().split('\n').at(-1) ?? '';
    const child = spawn(process.execPath, [...nodeOptions, launcher, 'start', ...folders, '--listen', '127.0.0.1:0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return toServer(child, await firstMatch(child, /"tenantUrl":"([^"]*)"/), { authorization: `Bearer ${token}` });
  },
};

function toServer(child: ChildProcess, baseUrl: string, headers: Readonly<Record<string, string>>): Server {
  return {
    pid: child.pid ?? 0,
    baseUrl,
    headers,
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Resolves with the first group of the first output line that matches. @throws {Error} if the server ends before. */
function firstMatch(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) return reject(new Error('a server has no output'));
    createInterface(child.stdout).on('line', (line) => {
      const found = pattern.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`a server ended with ${code} before it listened`)));
  });
}
