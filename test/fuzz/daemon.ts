import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { createAdminClient } from '../../src/admin/client.ts';
import { findSocketPath } from '../../src/admin/socket-path.ts';

import { toExtensions } from '../../src/config/schemas/custom-attributes.ts';
import { toDaemonConfig } from '../../src/config/daemon-config.ts';
import { daemonFile } from '../../src/config/schemas/daemon-file.ts';
import { compileSchemas, type Schemas } from '../../src/scim/schema/compile-schemas.ts';

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'vestibule.js');

/** A custom attribute of each type, so that their values are also fuzzed. */
const site = {
  attributes: {
    'urn:ietf:params:scim:schemas:extension:contoso:2.0:User': { badgeNumber: 'text', cleared: 'boolean', floor: 'number' },
  },
} as const;

/** The schemas of the documents in a {@link FuzzedDaemon}. */
export function compileFuzzedSchemas(): Schemas {
  return compileSchemas(toExtensions(toDaemonConfig(daemonFile.parse(site)).attributes));
}

type Line = Readonly<Record<string, unknown>>;

/** The real daemon with temporary folders. */
export class FuzzedDaemon {
  readonly port: number;
  readonly database: string;
  /** Log lines about internal errors. */
  readonly errors: readonly Line[];
  readonly #root: string;
  readonly #data: string;
  readonly #child: ReturnType<typeof spawn>;
  readonly #said: Promise<string>;

  private constructor(root: string, port: number, child: ReturnType<typeof spawn>, errors: readonly Line[], said: Promise<string>) {
    this.#root = root;
    this.#data = join(root, 'data');
    this.database = join(this.#data, 'vestibule.db');
    this.port = port;
    this.errors = errors;
    this.#child = child;
    this.#said = said;
  }

  /** Starts a daemon in a separate process with new folders. @throws with its last output if it ends before it serves. */
  static async start(): Promise<FuzzedDaemon> {
    const root = await mkdtemp(join(tmpdir(), 'vestibule-fuzz-'));
    await mkdir(join(root, 'config'));
    await writeFile(join(root, 'config', 'vestibule.yaml'), JSON.stringify(site));
    return FuzzedDaemon.#startOn(root);
  }

  /** Starts a new process with the folders of a stopped daemon. */
  startAgain(): Promise<FuzzedDaemon> {
    return FuzzedDaemon.#startOn(this.#root);
  }

  static async #startOn(root: string): Promise<FuzzedDaemon> {
    const words = ['start', '--listen', '127.0.0.1:0', '--config', join(root, 'config'), '--data', join(root, 'data')];
    const child = spawn(process.execPath, ['--max-semi-space-size=16', launcher, ...words], {
      env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const errors: Line[] = [];
    const said = text(child.stderr);
    const ended = once(child, 'exit');
    const tenantUrl = await new Promise<string>((resolve, reject) => {
      createInterface(child.stdout).on('line', (line) => {
        const fields = JSON.parse(line) as Line;
        if (fields['level'] === 'error' || fields['level'] === 'fatal') errors.push(fields);
        if (fields['msg'] === 'ready') resolve(String(fields['tenantUrl']));
      });
      ended.then(async () => reject(new Error(`the daemon ended: ${await said}`)), reject);
    });
    return new FuzzedDaemon(root, Number(new URL(tenantUrl).port), child, errors, said);
  }

  /** Creates a token of a Source and returns its text. */
  async createToken(source: string): Promise<string> {
    const path = await findSocketPath(this.#data, process.platform);
    if (path === undefined) throw new Error('the daemon has no admin socket');
    return (await createAdminClient(path).createToken({ label: 'fuzz', source })).text;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The memory of the daemon in bytes; 0 if the system does not report it. */
  memory(): number {
    const file = `/proc/${this.#child.pid}/status`;
    const [, kilobytes] = existsSync(file) ? (/VmRSS:\s+(\d+)/.exec(readFileSync(file, 'utf8')) ?? []) : [];
    return Number(kilobytes ?? 0) * 1024;
  }

  /** Stops the daemon with SIGTERM. @returns its exit code and its standard error. */
  async stop(): Promise<{ readonly exitCode: number | null; readonly said: string }> {
    if (this.running) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      await ended;
    }
    return { exitCode: this.#child.exitCode, said: await this.#said };
  }

  /** Removes the folders. */
  async remove(): Promise<void> {
    await this.stop();
    await rm(this.#root, { recursive: true, force: true });
  }
}
