// Starts and ends the child process of a script.
import { spawn, type ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { AnswerChannel } from './answer-channel.ts';
import type { ScriptLog } from './script-log.ts';
import { openLineSplitter } from './split-lines.ts';

/** Longest answer line, in characters: a batch of 1,000 people needs far less. A longer one is cut and no answer. */
const maxAnswerLength = 20_000_000;
const maxLogLength = 4_000;

/** How long a script may take to end, and its pipes to close after it. */
const graceMs = 2_000;
const closeMs = 1_000;

/** Options for starting a script process. */
export interface ScriptStart {
  readonly command: readonly string[];
  /** Absolute. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Removed when the worker has ended. */
  readonly temporary: string;
  readonly channel: AnswerChannel;
  readonly log: ScriptLog;
}

/** Answers that may wait to be read; a batch has a few hundred. */
const maxAnswers = 10_000;

/** One child process: takes lines, gives answer lines, and ends with everything that it started. */
export class ScriptProcess {
  /** It has answered something: it did start. */
  heard = false;
  readonly #child: ChildProcess;
  readonly #start: ScriptStart;
  readonly #begun = performance.now();
  readonly #answers: string[] = [];
  readonly #waiting = new Set<() => void>();
  #ending: string | undefined;

  /** Does nothing yet; see `startScript`. */
  constructor(child: ChildProcess, start: ScriptStart) {
    this.#child = child;
    this.#start = start;
  }

  /** How it ended, as the end of a sentence about the script; `undefined` while it runs. */
  get ending(): string | undefined {
    return this.#ending;
  }

  /** The operating system has started the program; where it has not, `ending` soon says why. */
  get started(): boolean {
    return this.#child.pid !== undefined;
  }

  /** Milliseconds since it was started. */
  get ageMs(): number {
    return performance.now() - this.#begun;
  }

  /** Listens to the child from its first moment on. */
  listen(): void {
    const { channel, log } = this.#start;
    this.#child.stdin?.on('error', () => undefined); // It ended without reading; its ending tells more.
    this.#read(this.#child.stdout, maxLogLength, (line) => log.say('stdout', line), true);
    this.#read(this.#child.stderr, maxLogLength, (line) => log.say('stderr', line), true);
    const answers = (stream: Readable | null) => this.#read(stream, maxAnswerLength, (line) => this.#take(line), false);
    if (channel.pipe === undefined) answers((this.#child.stdio[3] ?? null) as Readable | null);
    else channel.pipe.once('connection', answers);
    this.#child.once('error', (error) => this.#end(describeStart(error, this.#start)));
    this.#child.once('exit', (code, signal) => {
      // Its child processes hold the pipes, and would go on working without a reader.
      this.kill();
      const ending = code === null ? `was ended by ${signal}` : `ended with code ${code}`;
      const late = setTimeout(() => this.#end(ending), closeMs);
      this.#child.once('close', () => {
        clearTimeout(late);
        this.#end(ending);
      });
    });
  }

  /** Hands a line over; whether it was read shows in the answers. */
  send(line: string): void {
    this.#child.stdin?.write(line);
  }

  /**
   * The next answer; `undefined` when it has ended, or `signal` aborts, before one came. Answers that arrived before the end are returned.
   */
  async next(signal: AbortSignal): Promise<string | undefined> {
    while (this.#answers.length === 0 && this.#ending === undefined && !signal.aborted) await this.#change(signal);
    return this.#answers.shift();
  }

  /** Resolves when it has ended, or `signal` aborts. */
  async ended(signal: AbortSignal): Promise<void> {
    while (this.#ending === undefined && !signal.aborted) await this.#change(signal);
  }

  /** Kills it and its child processes immediately. No effect if it has ended. */
  kill(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      if (process.platform === 'win32')
        spawn('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore' }).once('error', () => undefined);
      else process.kill(-pid, 'SIGKILL');
    } catch {
      // No process is left in its group.
    }
  }

  /** Closes its input so that it can end, and kills it if it does not. No effect if it has ended. */
  async close(): Promise<void> {
    this.#child.stdin?.end();
    await this.ended(AbortSignal.timeout(graceMs));
    if (this.#ending === undefined) this.kill();
    await this.ended(AbortSignal.timeout(graceMs));
  }

  #read(stream: Readable | null, most: number, tell: (line: string) => void, flush: boolean): void {
    if (stream === null) return;
    const lines = openLineSplitter(most, tell);
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => lines.add(text));
    stream.on('error', () => undefined);
    // An answer without its line end was cut off in the middle; a last word in the log was not.
    if (flush) stream.once('end', () => lines.flush());
  }

  #take(line: string): void {
    if (line.trim() === '') return;
    this.#answers.push(line);
    // More lines than were requested: a faulty script must not fill the memory.
    if (this.#answers.length > maxAnswers) this.kill();
    this.#wake();
  }

  #end(ending: string): void {
    if (this.#ending !== undefined) return;
    const { lastError } = this.#start.log;
    this.#ending = lastError === '' ? ending : `${ending}: ${lastError}`;
    this.#start.channel.pipe?.close();
    rm(this.#start.temporary, { recursive: true, force: true }).catch(() => undefined);
    this.#wake();
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#waiting.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  #wake(): void {
    for (const done of this.#waiting) done();
  }
}

/**
 * Starts a worker, without a shell, in a separate process group (docs/platform-facts.md#ending-a-worker). A worker that cannot start
 * shows as one that has ended.
 */
export function startScript(start: ScriptStart): ScriptProcess {
  const [program = '', ...args] = start.command;
  const child = spawn(program, args, {
    cwd: start.folder,
    env: start.environment,
    stdio: start.channel.pipe === undefined ? ['pipe', 'pipe', 'pipe', 'pipe'] : ['pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const worker = new ScriptProcess(child, start);
  worker.listen();
  return worker;
}

function describeStart(error: Error, { command, folder }: ScriptStart): string {
  const code = 'code' in error ? String(error.code) : error.message;
  if (code === 'ENOENT') return `could not be started: ${command[0]} or the folder ${folder} does not exist`;
  return `could not be started: ${command[0]} (${code})`;
}
