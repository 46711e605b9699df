// Sends requests to a running script and matches its results.
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
 * How long a script that answers no question must run before it gets its first write. One that cannot work (a missing module, a syntax
 * error) ends sooner (docs/platform-facts.md#start-up-time).
 */
const stayMs = 1_000;

/** A request was sent, and the script did not answer all of it. */
export class ScriptFailed extends DaemonError {
  constructor(message: string, hint?: string) {
    super('scriptFailed', message, hint === undefined ? {} : { hint });
  }

  /** The same as a failure of the Target. */
  toUnavailable(mayHaveLeft: readonly number[] = []): TargetUnavailable {
    return new TargetUnavailable(this.message, { cause: this, mayHaveLeft, ...(this.hint !== undefined && { hint: this.hint }) });
  }
}

/** How one request is made. */
export interface Asking {
  readonly signal: AbortSignal;
  /** Called for each result as it comes; an Error that it throws is the script's fault and ends it. */
  readonly take: (result: ScriptResult) => void;
}

/** The conversation with one script: one request at a time, one child that is started when it is needed and again after its end. */
export class ScriptSession {
  readonly #settings: ScriptSettings;
  readonly #deps: DriverDeps;
  readonly #greeting: ScriptRequest | undefined;
  #worker: ScriptProcess | undefined;
  #log: ScriptLog | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  /**
   * `greeting` is a look-up without a match that every script has to answer before it gets a write, so that one that cannot work leaves
   * no person in doubt; missing where it answers no question.
   */
  constructor(settings: ScriptSettings, deps: DriverDeps, greeting: ScriptRequest | undefined) {
    this.#settings = settings;
    this.#deps = deps;
    this.#greeting = greeting;
  }

  /**
   * Makes one request and takes its results until every item has its own.
   * @throws {ScriptFailed} when it was sent and not answered; {TargetUnavailable | TargetRefused} when nothing was sent, or the script says
   * that it wrote nothing of what it has not answered.
   */
  ask(request: ScriptRequest, asking: Asking): Promise<void> {
    return this.#inTurn(async () => {
      const worker = await this.#open(asking.signal);
      if (isWrite(request) && !worker.heard) await this.#greet(worker, asking.signal);
      await this.#exchange(worker, request, asking);
    });
  }

  /** Starts the script if it does not run, and sees that it answers, or at least stays. @throws {TargetUnavailable | TargetRefused} */
  probe(signal: AbortSignal): Promise<void> {
    return this.#inTurn(async () => this.#greet(await this.#open(signal), signal));
  }

  /**
   * Starts the script if it does not run. That it cannot work may show only later, see `probe`.
   * @throws {TargetUnavailable} when the program, or the folder, is not there.
   */
  start(signal: AbortSignal): Promise<void> {
    return this.#inTurn(async () => {
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

  /** Ends the script; no request is possible afterwards. Can be called twice. */
  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.close();
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(act);
    this.#turn = mine.catch(() => undefined);
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
    if (this.#greeting === undefined) return assertStays(worker, signal);
    try {
      await this.#exchange(worker, this.#greeting, { signal, take: assertPositive });
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
        throw this.#giveUp(worker, late.aborted ? `gave no response within ${this.#settings.timeout} ms` : 'was aborted');
      const answer = parseAnswer(line);
      if (answer === undefined) throw this.#giveUp(worker, 'answered with something other than results');
      this.#assertUsable(answer);
      worker.heard = true;
      const fault = takeResults(answer, open, take);
      if (fault !== undefined) throw this.#giveUp(worker, fault);
    }
  }

  /** The script reports a failure of the Target; it continues with the next line. */
  #assertUsable(answer: ScriptAnswer): asserts answer is Extract<ScriptAnswer, { results: unknown }> {
    if ('refused' in answer) throw new TargetRefused(this.clean(answer.refused), { hint: 'Check the credentials of the script.' });
    if ('unavailable' in answer) throw new TargetUnavailable(this.clean(answer.unavailable));
  }

  /** After this it is unknown which request the script would answer: it is ended, if it has not ended itself. */
  #giveUp(worker: ScriptProcess, what: string): ScriptFailed {
    worker.kill();
    if (this.#worker === worker) this.#worker = undefined;
    return new ScriptFailed(
      `the script ${worker.ending ?? what}`,
      'Check the log, and run the command manually in the folder of the connector.',
    );
  }
}

async function assertStays(worker: ScriptProcess, signal: AbortSignal): Promise<void> {
  const leftMs = stayMs - worker.ageMs;
  if (leftMs > 0) await worker.ended(AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(leftMs))]));
  if (worker.ending !== undefined) {
    throw new TargetUnavailable(`the script ${worker.ending}`, { hint: 'Run the command manually in the folder of the connector.' });
  }
  if (signal.aborted) throw new TargetUnavailable('stopped before anything was sent');
}

/** A greeting is answered by `found` (no match), or `done`. @throws {Error} at anything else. */
function assertPositive({ status, found, reason }: ScriptResult): void {
  if (status === 'done' || (status === undefined && found !== undefined)) return;
  throw new Error(reason ?? `answered ${status ?? 'nothing'} to a look-up that matches no person`);
}

/** Processes the results of one line and removes completed items from `open`. Returns the error in them, if any. */
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

/** What a script may print by mistake. */
function toValues({ record, key }: ScriptItem): readonly string[] {
  return [...Object.values(record ?? {}), key].filter((value) => typeof value === 'string');
}
