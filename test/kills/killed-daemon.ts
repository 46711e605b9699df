import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { AdminApi } from '../../src/admin/api.ts';
import { createAdminClient } from '../../src/admin/client.ts';
import { findSocketPath } from '../../src/admin/socket-path.ts';
import { outboundFileIn } from '../../src/store/sqlite/open.ts';
import { launchVestibule } from '../cli/daemon-process.ts';

/** The real daemon with temporary folders, which is repeatedly killed and started on the same port. */
export class KilledDaemon {
  readonly #root: string;
  readonly #data: string;
  readonly #site: readonly string[];
  #child: ChildProcess | undefined;
  #port = 0;
  #startMs = 1_000;

  private constructor(root: string) {
    this.#root = root;
    this.#data = join(root, 'data');
    this.#site = ['--config', join(root, 'config'), '--data', this.#data];
  }

  /** Creates the folders and writes these files, by their path within `config`. Does not start the daemon. */
  static async make(files: Readonly<Record<string, string>>): Promise<KilledDaemon> {
    const daemon = new KilledDaemon(await mkdtemp(join(tmpdir(), 'vestibule-kills-')));
    await mkdir(join(daemon.#root, 'config', 'targets'), { recursive: true });
    for (const [name, text] of Object.entries(files)) await writeFile(join(daemon.#root, 'config', name), text);
    return daemon;
  }

  /** Duration of the last complete start, in milliseconds. */
  get startMs(): number {
    return this.#startMs;
  }

  /**
   * Starts the daemon and resolves with its Tenant URL, which is always the same, when it serves. @throws with its last output if it ends
   * before.
   */
  async start(): Promise<string> {
    const begun = performance.now();
    const { process, ready } = this.#launch();
    this.#child = process;
    const { tenantUrl } = await ready;
    this.#startMs = performance.now() - begun;
    this.#port = Number(new URL(tenantUrl).port);
    return tenantUrl;
  }

  /**
   * Starts the daemon and kills it after this number of milliseconds. @returns true if it was not serving yet. @throws if it ended before.
   */
  async startAndKill(afterMs: number): Promise<boolean> {
    const { process, ready } = this.#launch();
    this.#child = process;
    let served = false;
    const over = new AbortController();
    const ended = ready.then(() => (served = true)).then(() => new Promise<never>(() => undefined));
    await Promise.race([ended, wait(afterMs, undefined, { signal: over.signal })]);
    await this.kill();
    return !served;
  }

  /** Kills the daemon, like a power failure, and waits until it has ended. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  /** Kills the outbound process alone, which the daemon then starts again. @returns false if there is none. Linux only. */
  async killOutbound(): Promise<boolean> {
    const pid = await readFile(`${outboundFileIn(this.#data)}.pid`, 'utf8').catch(() => '');
    // The file of an earlier kill may contain the number of a new process.
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return command.includes('outbound-process.js') && process.kill(Number(pid), 'SIGKILL');
  }

  /** The admin API of the running daemon. */
  async admin(): Promise<AdminApi> {
    const path = await findSocketPath(this.#data, process.platform);
    if (path === undefined) throw new Error('the daemon has no admin socket');
    return createAdminClient(path);
  }

  /** Kills the daemon and removes its folders. */
  async end(): Promise<void> {
    await this.kill();
    await rm(this.#root, { recursive: true, force: true });
  }

  #launch(): ReturnType<typeof launchVestibule> {
    const started = launchVestibule('--listen', `127.0.0.1:${this.#port}`, ...this.#site);
    // Killed deliberately before it served: no caller waits for it.
    started.ready.catch(() => undefined);
    return started;
  }
}
