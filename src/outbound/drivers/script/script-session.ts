// Sends requests to a running script, one at a time, and assigns its results to the items of the request.
import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { DaemonError, TargetRefused, TargetUnavailable, messageOf } from '../../../domain/errors.ts';
import type { DriverDeps } from '../driver.ts';
import { openChannel } from './answer-channel.ts';
import { toEnvironment } from './script-environment.ts';
import { parseAnswer, toLine, type ScriptAnswer, type ScriptItem, type ScriptRequest, type ScriptResult } from './script-messages.ts';
import { ScriptLog } from './script-log.ts';
import type { ScriptSettings } from './settings.ts';
import { startScript, type ScriptProcess } from './script-process.ts';

/**
 * Min run time, in milliseconds, before the first write to a script that supports no reads. A script that cannot work (a missing module, a
 * syntax error) ends sooner (docs/platform-facts.md#start-up-time).
 */
const startUpMs = 1_000;

/** A request was sent, and the script did not return a result for all of its items. */
export class ScriptFailed extends DaemonError {
  constructor(message: string, hint?: string) {
    super('scriptFailed', message, hint === undefined ? {} : { hint });
  }

  /** Converts this to a failure of the Target. */
  toUnavailable(mayHaveLeft: readonly number[] = []): TargetUnavailable {
    return new TargetUnavailable(this.message, { cause: this, mayHaveLeft, ...(this.hint !== undefined && { hint: this.hint }) });
  }
}

/** Options of one request. */
export interface Asking {
  readonly signal: AbortSignal;
  /** Called for each result. If it throws an Error, the result is invalid and the script is ended. */
  readonly take: (result: ScriptResult) => void;
}

/** Communicates with one script: one request at a time, and one process, which is started when required, also after it has ended. */
export class ScriptSession {
  readonly #settings: ScriptSettings;
  readonly #deps: DriverDeps;
  readonly #greeting: ScriptRequest | undefined;
  #worker: ScriptProcess | undefined;
  #log: ScriptLog | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #closed = false;

  /**
   * `greeting` is a look-up that matches no person. Every script must answer it before its first write, so that a broken script leaves no
   * person in doubt. Missing if the script supports no reads.
   */
  constructor(settings: ScriptSettings, deps: DriverDeps, greeting: ScriptRequest | undefined) {
    this.#settings = settings;
    this.#deps = deps;
    this.#greeting = greeting;
  }

  /**
   * Sends one request and waits for the results of all items.
   * @throws {ScriptFailed} if the request was sent and not fully answered; {TargetUnavailable | TargetRefused} if nothing was sent, or if
   * the script reports that it did not write the items without a result.
   */
  ask(request: ScriptRequest, asking: Asking): Promise<void> {
    return this.#runExclusive(async () => {
      const worker = await this.#open(asking.signal);
      if (isWrite(request) && !worker.hasAnswered) await this.#greet(worker, asking.signal);
      await this.#exchange(worker, request, asking);
    });
  }

  /**
   * Starts the script if it is not running, and checks that it answers, or at least keeps running.
   * @throws {TargetUnavailable | TargetRefused} if it does not.
   */
  probe(signal: AbortSignal): Promise<void> {
    return this.#runExclusive(async () => this.#greet(await this.#open(signal), signal));
  }

  /**
   * Starts the script if it is not running. Does not detect a script that starts but cannot work; see `probe`.
   * @throws {TargetUnavailable} if the program or the folder does not exist.
   */
  start(signal: AbortSignal): Promise<void> {
    return this.#runExclusive(async () => {
      const worker = await this.#open(signal);
      if (worker.started) return;
      await worker.ended(signal);
      throw new TargetUnavailable(`the script ${worker.ending ?? 'could not be started'}`, {
        hint: 'Correct command in the connector, or install the program.',
      });
    });
  }

  /** The last lines that the script wrote to standard error since it was last started, without secrets. */
  get lastErrors(): readonly string[] {
    return this.#log?.lastErrors ?? [];
  }

  /** A text of the script without secrets. */
  clean(text: string): string {
    return this.#log?.clean(text) ?? text;
  }

  /** Ends the script permanently. Can be called twice. */
  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.close();
  }

  #runExclusive<T>(act: () => Promise<T>): Promise<T> {
    const mine = this.#queue.then(act);
    this.#queue = mine.catch(() => undefined);
    return mine;
  }

  async #open(signal: AbortSignal): Promise<ScriptProcess> {
    if (signal.aborted || this.#closed) throw new TargetUnavailable('stopped before anything was sent');
    if (this.#worker !== undefined && this.#worker.ending === undefined) return this.#worker;
    const { workFolder, definition, log, values = {}, env = (name) => process.env[name] } = this.#deps;
    const { command } = this.#settings;
    const given = { ...values, ...this.#settings.environment };
    const home = join(workFolder, 'home');
    await mkdir(home, { recursive: true, mode: 0o700 });
    const temporary = await mkdtemp(join(workFolder, 'tmp-'));
    const channel = await openChannel(process.platform);
    const environment = { ...toEnvironment(given, { home, temporary }, env), ...channel.environment };
    this.#log = new ScriptLog(log.child({ target: definition.target }), Object.values(given));
    this.#worker = startScript({ command, folder: definition.folder, environment, temporary, channel, log: this.#log });
    return this.#worker;
  }

  async #greet(worker: ScriptProcess, signal: AbortSignal): Promise<void> {
    if (this.#greeting === undefined) return assertStillRunning(worker, signal);
    try {
      await this.#exchange(worker, this.#greeting, { signal, take: assertGreeted });
    } catch (error) {
      throw error instanceof ScriptFailed ? error.toUnavailable() : error;
    }
  }

  async #exchange(worker: ScriptProcess, request: ScriptRequest, { signal, take }: Asking): Promise<void> {
    const open = new Set(request.items.map(({ n }) => n));
    this.#log?.begin(request.items.flatMap(toValues));
    const late = AbortSignal.timeout(this.#settings.timeout);
    const either = AbortSignal.any([signal, late]);
    worker.send(toLine(request));
    while (open.size > 0) {
      const line = await worker.next(either);
      if (line === undefined)
        throw this.#giveUp(worker, late.aborted ? `did not respond within ${this.#settings.timeout} ms` : 'was aborted');
      const answer = parseAnswer(line);
      if (answer === undefined) throw this.#giveUp(worker, 'returned a line that is not a valid result');
      this.#assertUsable(answer);
      worker.hasAnswered = true;
      const fault = takeResults(answer, open, take);
      if (fault !== undefined) throw this.#giveUp(worker, fault);
    }
  }

  /** @throws {TargetRefused | TargetUnavailable} if the script reports a failure of the Target. The script keeps running. */
  #assertUsable(answer: ScriptAnswer): asserts answer is Extract<ScriptAnswer, { results: unknown }> {
    if ('refused' in answer) throw new TargetRefused(this.clean(answer.refused), { hint: 'Check the credentials of the script.' });
    if ('unavailable' in answer) throw new TargetUnavailable(this.clean(answer.unavailable));
  }

  /** Kills the script, because later answers could not be assigned to a request. */
  #giveUp(worker: ScriptProcess, what: string): ScriptFailed {
    worker.kill();
    if (this.#worker === worker) this.#worker = undefined;
    return new ScriptFailed(
      `the script ${worker.ending ?? what}`,
      'Check the log, and run the command manually in the folder of the connector.',
    );
  }
}

async function assertStillRunning(worker: ScriptProcess, signal: AbortSignal): Promise<void> {
  const leftMs = startUpMs - worker.ageMs;
  if (leftMs > 0) await worker.ended(AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(leftMs))]));
  if (worker.ending !== undefined) {
    throw new TargetUnavailable(`the script ${worker.ending}`, {
      hint: 'To see the error, run the command manually in the folder of the connector.',
    });
  }
  if (signal.aborted) throw new TargetUnavailable('stopped before anything was sent');
}

/** Checks the answer to a greeting: `found` (no match) or `done`. @throws {Error} for any other result. */
function assertGreeted({ status, found, reason }: ScriptResult): void {
  if (status === 'done' || (status === undefined && found !== undefined)) return;
  throw new Error(reason ?? `answered ${status ?? 'nothing'} to a look-up that matches no person`);
}

/** Handles the results of one line and removes completed items from `open`. Returns the error in them, if any. */
function takeResults(
  { results }: { readonly results: readonly ScriptResult[] },
  open: Set<number>,
  take: Asking['take'],
): string | undefined {
  for (const result of results) {
    if (!open.has(result.n)) return `returned a result for item ${result.n}, which was not requested or already has one`;
    try {
      take(result);
    } catch (error) {
      return messageOf(error);
    }
    if (result.more !== true) open.delete(result.n);
  }
  return undefined;
}

function isWrite({ do: verb }: ScriptRequest): boolean {
  return verb === 'create' || verb === 'update' || verb === 'deactivate' || verb === 'delete';
}

/** Personal values that a script may print by mistake. */
function toValues({ record, key }: ScriptItem): readonly string[] {
  return [...Object.values(record ?? {}), key].filter((value) => typeof value === 'string');
}
