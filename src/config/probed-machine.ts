// The machine as a daemon sees it: folders are looked at in the background, because a network folder may never answer.
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Machine } from './machine.ts';

/** Max looks in progress: each that does not respond occupies a thread for file operations. */
const maxLooks = 2;

/** How long `settled` waits for folders that do not respond, in milliseconds. */
const settleMs = 2_000;

/** What is known of a path. */
interface Place {
  readonly isFolder: boolean;
  readonly realPath: string;
}

/**
 * A machine that never waits for `isFolder` and `realPath`. The first question about a path starts a look at it, and is answered as if the path
 * were a folder without symbolic links; later ones have the result of the last look.
 */
export class ProbedMachine implements Machine {
  readonly ignoresCase: boolean;
  readonly #machine: Machine;
  readonly #known = new Map<string, Place>();
  /** Paths to look at, and those looked at now. */
  readonly #waiting = new Set<string>();
  readonly #looking = new Set<string>();
  #idle = Promise.withResolvers<void>();
  /** True while a folder does not respond: nothing waits for it again. */
  #isStuck = false;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.ignoresCase = machine.ignoresCase;
  }

  isFolder(path: string): boolean {
    return this.#ask(path)?.isFolder ?? true;
  }

  realPath(path: string): string {
    return this.#ask(path)?.realPath ?? resolve(path);
  }

  env(name: string): string | undefined {
    return this.#machine.env(name);
  }

  readText(path: string): string {
    return this.#machine.readText(path);
  }

  readBytes(path: string): Uint8Array {
    return this.#machine.readBytes(path);
  }

  isFile(path: string): boolean {
    return this.#machine.isFile(path);
  }

  hasProgram(program: string, folder: string): boolean {
    return this.#machine.hasProgram(program, folder);
  }

  /** Looks again at every known path. */
  refresh(): void {
    for (const path of this.#known.keys()) this.#lookAt(path);
  }

  /** The result of a reading, read again if its first answers had to be guessed. Waits up to 2 s for folders that do not respond. */
  async settled<T>(read: () => T): Promise<T> {
    const guessed = read();
    if (this.#looking.size === 0 || this.#isStuck) return guessed;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.#isStuck = true;
        resolve();
      }, settleMs);
    });
    await Promise.race([this.#idle.promise, late]);
    clearTimeout(timer);
    return read();
  }

  #ask(path: string): Place | undefined {
    const known = this.#known.get(path);
    if (known === undefined) this.#lookAt(path);
    return known;
  }

  #lookAt(path: string): void {
    if (!this.#looking.has(path)) this.#waiting.add(path);
    this.#lookOn();
  }

  #lookOn(): void {
    const [path] = this.#waiting;
    if (path === undefined || this.#looking.size >= maxLooks) return;
    if (this.#looking.size === 0) this.#idle = Promise.withResolvers();
    this.#waiting.delete(path);
    this.#looking.add(path);
    void this.#look(path).then(() => {
      this.#looking.delete(path);
      this.#isStuck = false;
      this.#lookOn();
      if (this.#looking.size === 0) this.#idle.resolve();
    });
    this.#lookOn();
  }

  async #look(path: string): Promise<void> {
    this.#known.set(path, { isFolder: await isFolder(path), realPath: await findRealPath(resolve(path)) });
  }
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function findRealPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(await findRealPath(above), basename(path));
  }
}
