// Starts and ends the child process of a script.
import { spawn, type ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { AnswerChannel } from './answer-channel.ts';
import type { ScriptLog } from './script-log.ts';
import { openLineSplitter } from './split-lines.ts';

/** Max length of an answer line, in characters: a batch of 1,000 people requires far less. A longer line is truncated and invalid. */
const maxAnswerLength = 20_000_000;
const maxLogLength = 4_000;

/** Max time for a script to end after its input is closed; `closeMs`: max time for its pipes to close after it has ended. */
const graceMs = 2_000;
const closeMs = 1_000;

/** Options for starting a script process. */
export interface ScriptStart {
  readonly command: readonly string[];
  /** Absolute path of the working folder. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Deleted when the script has ended. */
  readonly temporary: string;
  readonly channel: AnswerChannel;
  readonly log: ScriptLog;
}

/** Max number of unread answer lines; a batch has a few hundred. */
const maxAnswers = 10_000;

/** One running script: accepts request lines, returns answer lines, and ends together with its child processes. */
export class ScriptProcess {
  /** True after the first valid answer. */
  hasAnswered = false;
  readonly #child: ChildProcess;
  readonly #start: ScriptStart;
  readonly #begun = performance.now();
  readonly #answers: string[] = [];
  readonly #waiting = new Set<() => void>();
  #ending: string | undefined;

  /** Does not listen to the process yet; see `startScript`. */
  constructor(child: ChildProcess, start: ScriptStart) {
    this.#child = child;
    this.#start = start;
  }

  /** How the script ended, as the end of a sentence about it; `undefined` while it runs. */
  get ending(): string | undefined {
    return this.#ending;
  }

  /** True if the operating system has started the program. If not, `ending` will contain the reason. */
  get started(): boolean {
    return this.#child.pid !== undefined;
  }

  /** Milliseconds since the start. */
  get ageMs(): number {
    return performance.now() - this.#begun;
  }

  /** Registers the listeners. Must be called in the same tick as the start. */
  listen(): void {
    const { channel, log } = this.#start;
    this.#child.stdin?.on('error', () => undefined); // The script ended without reading its input; `ending` has the reason.
    this.#read(this.#child.stdout, maxLogLength, (line) => log.say('stdout', line), true);
    this.#read(this.#child.stderr, maxLogLength, (line) => log.say('stderr', line), true);
    const answers = (stream: Readable | null) => this.#read(stream, maxAnswerLength, (line) => this.#take(line), false);
    if (channel.pipe === undefined) answers((this.#child.stdio[3] ?? null) as Readable | null);
    else channel.pipe.once('connection', answers);
    this.#child.once('error', (error) => this.#end(describeStart(error, this.#start)));
    this.#child.once('exit', (code, signal) => {
      // Its child processes keep the pipes open, and would continue without a reader.
      this.kill();
      const ending = code === null ? `was terminated by ${signal}` : `exited with code ${code}`;
      const late = setTimeout(() => this.#end(ending), closeMs);
      this.#child.once('close', () => {
        clearTimeout(late);
        this.#end(ending);
      });
    });
  }

  /** Writes a request line. The answers show whether it was read. */
  send(line: string): void {
    this.#child.stdin?.write(line);
  }

  /**
   * The next answer line; `undefined` if the script ends or `signal` aborts before one arrives. Lines that arrived before the end are
   * returned.
   */
  async next(signal: AbortSignal): Promise<string | undefined> {
    while (this.#answers.length === 0 && this.#ending === undefined && !signal.aborted) await this.#change(signal);
    return this.#answers.shift();
  }

  /** Resolves when the script has ended or `signal` aborts. */
  async ended(signal: AbortSignal): Promise<void> {
    while (this.#ending === undefined && !signal.aborted) await this.#change(signal);
  }

  /** Kills the script and its child processes immediately. No effect if it has ended. */
  kill(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      if (process.platform === 'win32')
        spawn('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore' }).once('error', () => undefined);
      else process.kill(-pid, 'SIGKILL');
    } catch {
      // The process group is already empty.
    }
  }

  /** Closes the input so that the script can end, and kills it if it does not. No effect if it has ended. */
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
    // A line without a line end is logged, but is not a valid answer, because it was truncated.
    if (flush) stream.once('end', () => lines.flush());
  }

  #take(line: string): void {
    if (line.trim() === '') return;
    this.#answers.push(line);
    // There are far more lines than results requested. A faulty script must not fill the memory.
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
 * Starts a script without a shell, in a separate process group (docs/platform-facts.md#ending-a-worker). If it cannot be started, `ending`
 * will contain the reason.
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
