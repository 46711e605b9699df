import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { AdminApi } from '../../src/admin/api.ts';
import { createAdminClient } from '../../src/admin/client.ts';
import { findDaemon } from '../../src/admin/find-daemon.ts';
import { findSocketPath } from '../../src/admin/socket-path.ts';
import { startVestibule, type DaemonProcess } from '../cli/daemon-process.ts';
import { pollUntil } from '../support/poll.ts';

/** The folders and files of a site, and the real daemon as a process. Everything is removed at the end of the test. */
export class Site {
  readonly config: string;
  readonly data: string;
  readonly root: string;
  #daemon: DaemonProcess | undefined;

  private constructor(root: string) {
    this.root = root;
    this.config = join(root, 'config');
    this.data = join(root, 'data');
  }

  /** Creates the folders and writes these files, by their path within `config`. */
  static async make(files: Readonly<Record<string, string>>): Promise<Site> {
    const site = new Site(await mkdtemp(join(tmpdir(), 'vestibule-site-')));
    await mkdir(join(site.config, 'targets'), { recursive: true });
    for (const [name, text] of Object.entries(files)) await site.write(name, text);
    onTestFinished(async () => {
      await site.stop();
      await rm(site.root, { recursive: true, force: true });
    });
    return site;
  }

  async write(name: string, text: string): Promise<void> {
    await writeFile(join(this.config, name), text);
  }

  /** Starts the daemon on this port (0: any free one). Returns the Tenant URL. */
  async start(port = 0): Promise<string> {
    const daemon = await startVestibule('--listen', `127.0.0.1:${port}`, '--config', this.config, '--data', this.data);
    this.#daemon = daemon;
    // On a busy machine the daemon serves SCIM before its outbound process has started.
    await pollUntil('the daemon answers commands', async () => (await findDaemon(this.data)) !== undefined, 60_000);
    return daemon.tenantUrl;
  }

  /** The lines that the running daemon has logged. */
  get lines(): DaemonProcess['lines'] {
    return this.#daemon?.lines ?? [];
  }

  /** Kills the daemon, like a power failure, and waits until it has ended. */
  async kill(): Promise<void> {
    const child = this.#daemon?.process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  /** The process ID of the running daemon. */
  get pid(): number | undefined {
    return this.#daemon?.process.pid;
  }

  signal(signal: NodeJS.Signals): void {
    this.#daemon?.process.kill(signal);
  }

  /** The exit code of the running daemon, when it has ended. */
  async exit(): Promise<number | null> {
    const child = this.#daemon?.process;
    return child === undefined ? null : new Promise((resolve) => child.once('exit', resolve));
  }

  async stop(): Promise<void> {
    await this.#daemon?.stop();
  }

  /** The admin API of the running daemon. */
  async admin(): Promise<AdminApi> {
    const path = await findSocketPath(this.data, process.platform);
    if (path === undefined) throw new Error('the daemon has no admin socket');
    return createAdminClient(path);
  }
}
