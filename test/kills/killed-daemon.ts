import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { AdminApi } from '../../src/admin/api.ts';
import { createAdminClient } from '../../src/admin/client.ts';
import { findSocketPath } from '../../src/admin/socket-path.ts';
import { launchVestibule } from '../cli/daemon-process.ts';

/** The real daemon on folders of its own, which is killed and started again and again at one port. */
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

  /** Makes the folders and writes these files, by their path within `config`. Starts nothing yet. */
  static async make(files: Readonly<Record<string, string>>): Promise<KilledDaemon> {
    const daemon = new KilledDaemon(await mkdtemp(join(tmpdir(), 'vestibule-kills-')));
    await mkdir(join(daemon.#root, 'config', 'targets'), { recursive: true });
    for (const [name, text] of Object.entries(files)) await writeFile(join(daemon.#root, 'config', name), text);
    return daemon;
  }

  /** How long the last whole start took, in milliseconds. */
  get startMs(): number {
    return this.#startMs;
  }

  /** Starts it and resolves with its Tenant URL when it serves: always the same. @throws with its last words when it ends before. */
  async start(): Promise<string> {
    const begun = performance.now();
    const { process, ready } = this.#launch();
    this.#child = process;
    const { tenantUrl } = await ready;
    this.#startMs = performance.now() - begun;
    this.#port = Number(new URL(tenantUrl).port);
    return tenantUrl;
  }

  /** Starts it and kills it after so many milliseconds. True when it was not serving yet. @throws when it ended before that. */
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

  /** Ends it as a power cut would, and waits until it is gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  /** The admin API of the running daemon. */
  async admin(): Promise<AdminApi> {
    const path = await findSocketPath(this.#data, process.platform);
    if (path === undefined) throw new Error('the daemon has no admin socket');
    return createAdminClient(path);
  }

  /** Kills it and removes its folders. */
  async end(): Promise<void> {
    await this.kill();
    await rm(this.#root, { recursive: true, force: true });
  }

  #launch(): ReturnType<typeof launchVestibule> {
    const started = launchVestibule('--listen', `127.0.0.1:${this.#port}`, ...this.#site);
    // Killed on purpose before it served: no caller waits for it then.
    started.ready.catch(() => undefined);
    return started;
  }
}
