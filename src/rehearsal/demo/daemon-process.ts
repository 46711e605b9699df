// Starts the demo's daemon as a child process.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DaemonError } from '../../domain/errors.ts';
import type { DemoDaemon, DemoFolders } from './demo-interfaces.ts';

/**
 * Starts a daemon as a separate process, like a site does, with the folders of a demo and on a free port of this machine. It logs to a
 * file. Resolves when the daemon announces that it is ready.
 * @param launcher the file that Node runs: `bin/vestibule.js`.
 * @throws {DaemonError} `daemonEnded` if it ends before it is ready; the hint names its log.
 */
export async function startDaemonProcess(launcher: string, folders: DemoFolders): Promise<DemoDaemon> {
  const logFile = join(folders.root, 'daemon.log');
  const words = [launcher, 'start', '--config', folders.config, '--data', folders.data, '--listen', '127.0.0.1:0'];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  const log = createWriteStream(logFile);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  void ended.then(() => log.end());
  const tenantUrl = await Promise.race([untilReady(child), ended.then(() => undefined)]);
  if (tenantUrl === undefined)
    throw new DaemonError('daemonEnded', 'the daemon exited before it was ready', { hint: `see the log for the cause: ${logFile}` });
  return {
    tenantUrl,
    logFile,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Without a terminal, `start` prints a JSON line when it is ready: `{"msg": "ready", "tenantUrl": …}`. */
async function untilReady(child: ChildProcess): Promise<string | undefined> {
  if (child.stdout === null) return undefined;
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const tenantUrl = readReady(line);
    if (tenantUrl !== undefined) return tenantUrl;
  }
  return undefined;
}

function readReady(line: string): string | undefined {
  if (!line.includes('"msg":"ready"')) return undefined;
  const { tenantUrl } = JSON.parse(line) as { readonly tenantUrl?: unknown };
  return typeof tenantUrl === 'string' ? tenantUrl : undefined;
}
