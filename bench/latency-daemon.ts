import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { LoopReport } from './daemon-probe.ts';

/** Folders of one daemon. */
export interface DaemonFolders {
  readonly config: string;
  readonly data: string;
}

const launcher = join(import.meta.dirname, '..', 'bin', 'vestibule.js');
const toArguments = ({ config, data }: DaemonFolders) => ['--config', config, '--data', data];

/** Runs a command of `vestibule` and returns what it prints. @throws {Error} when it fails. */
export async function vestibule(folders: DaemonFolders, ...words: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [launcher, ...words, ...toArguments(folders)], { maxBuffer: 50_000_000 });
  return stdout;
}

/** The daemon as `npm start` starts it, with a probe of its event loop in front. */
export class BenchDaemon {
  /** The base URL of `/Users`. */
  readonly baseUrl: string;
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #published: { readonly at: number; readonly rows: number; readonly deliveries: number }[] = [];

  constructor(child: ChildProcess, baseUrl: string) {
    this.#child = child;
    this.baseUrl = baseUrl;
    this.pid = child.pid ?? 0;
  }

  /** Full files that were handed over so far. */
  get published(): readonly { readonly at: number; readonly rows: number; readonly deliveries: number }[] {
    return this.#published;
  }

  /** Records a line of its log. */
  hear(line: string): void {
    if (!line.startsWith('{')) return;
    const entry = JSON.parse(line) as {
      readonly msg?: string;
      readonly level?: string;
      readonly rows?: number;
      readonly deliveries?: number;
    };
    if (entry.msg === 'published') this.#published.push({ at: Date.now(), rows: entry.rows ?? 0, deliveries: entry.deliveries ?? 0 });
    if (entry.level === 'warn' || entry.level === 'error') process.stderr.write(`daemon: ${line}\n`);
  }

  /** The report of its event loop since the last call. */
  async askLoop(): Promise<LoopReport> {
    const answered = once(this.#child, 'message') as Promise<[LoopReport]>;
    this.#child.send('report');
    return (await answered)[0];
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
  }
}

/** Starts the daemon on a free port of this machine, with the probe, which costs a little itself, or without. @throws {Error} when it ends before it listens. */
export async function startBenchDaemon(folders: DaemonFolders, probed = true): Promise<BenchDaemon> {
  const probe = probed ? ['--import', join(import.meta.dirname, 'daemon-probe.ts')] : [];
  const words = ['--max-semi-space-size=16', ...probe, launcher, 'start', ...toArguments(folders), '--listen', '127.0.0.1:0'];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const { stdout } = child;
  if (stdout === null) throw new Error('the daemon has no output');
  return new Promise((resolve, reject) => {
    let daemon: BenchDaemon | undefined;
    createInterface(stdout).on('line', (line) => {
      const baseUrl = daemon === undefined ? /"tenantUrl":"([^"]*)"/.exec(line)?.[1] : undefined;
      if (baseUrl !== undefined) resolve((daemon = new BenchDaemon(child, baseUrl)));
      daemon?.hear(line);
    });
    child.once('exit', (code) => reject(new Error(`the daemon ended with ${code} before it listened`)));
  });
}
