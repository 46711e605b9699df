import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'vestibule.js');

/** The environment of the child processes, without any settings of this machine. */
const environment = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };

/** The result of a finished command. */
export interface Finished {
  readonly exitCode: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs one command in a separate process without a terminal, and waits for its end. */
export async function runVestibule(...argv: readonly string[]): Promise<Finished> {
  const child = spawn(process.execPath, [launcher, ...argv], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), child.exitCode === null ? once(child, 'exit') : undefined]);
  return { exitCode: child.exitCode, out, err };
}

/** A daemon in a separate process. */
export interface DaemonProcess {
  readonly process: ChildProcess;
  /** The JSON lines on standard output so far. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  readonly tenantUrl: string;
  /** Sends SIGTERM and waits for the end. @returns the exit code. No effect if the process has already ended. */
  stop(): Promise<number | null>;
}

/** A starting daemon. `ready` rejects with its last output if it ends before it serves. */
export interface DaemonStart {
  readonly process: ChildProcess;
  readonly ready: Promise<DaemonProcess>;
}

/** Starts a daemon on a free port and waits until it is ready. @throws with its last output if it ends before. */
export function startVestibule(...argv: readonly string[]): Promise<DaemonProcess> {
  return launchVestibule(...argv).ready;
}

/** Starts a daemon on a free port and returns immediately. */
export function launchVestibule(...argv: readonly string[]): DaemonStart {
  const words = [launcher, 'start', '--listen', '127.0.0.1:0', ...argv];
  const child = spawn(process.execPath, words, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  const lines: Readonly<Record<string, unknown>>[] = [];
  const said = text(child.stderr);
  const tenantUrl = new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      const fields = JSON.parse(line) as Readonly<Record<string, unknown>>;
      lines.push(fields);
      if (fields['msg'] === 'ready') resolve(String(fields['tenantUrl']));
    });
    ended.then(async () => reject(new Error(`the daemon ended: ${await said}`)), reject);
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await ended;
    }
    return child.exitCode;
  };
  return { process: child, ready: tenantUrl.then((url) => ({ process: child, lines, tenantUrl: url, stop })) };
}
