import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { CommandRefused } from '../../src/domain/errors.ts';
import { type LogFields, type Logger, silentLogger } from '../../src/domain/logger.ts';
import type { Connection } from '../../src/outbound/drivers/driver.ts';
import { Commands } from '../../src/outbound/engine/commands.ts';
import type { EngineDeps } from '../../src/outbound/engine/deps.ts';
import { Engine } from '../../src/outbound/engine/engine.ts';
import { DefinitionCompiler } from '../../src/mapping/definition-compiler.ts';
import { compileSchemas } from '../../src/scim/schema/compile-schemas.ts';
import { openJoined, type Store } from '../support/stores.ts';
import { makeRandom } from '../e2e/make-random.ts';
import { TestClock } from '../support/test-clock.ts';
import { Directory, silentMs } from './directory.ts';
import { Failure } from './failure.ts';
import { FileSystem } from './file-system.ts';
import { Life } from './engine-life.ts';
import { RecordSystem } from './record-system.ts';
import type { Act, History, KindName, Step } from './steps.ts';
import { Technician, type AtWork } from './technician.ts';
import { Watch } from './watched-systems.ts';

/** Number of turns of the event loop without a call after which everything counts as idle. */
const quietTurns = 6;

/** Max calls before everything is idle; more calls mean an endless loop. */
const maxCalls = 5_000;

const schemas = compileSchemas();

/** The folder of store files: in memory if possible. */
function folderOfStores(): string {
  return existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
}

/** Creates empty migrated stores by copying one. */
export class Stores {
  readonly folder: string;
  #made = 0;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<Stores> {
    const stores = new Stores(await mkdtemp(join(folderOfStores(), 'vestibule-model-')));
    await mkdir(stores.#template);
    const store = await openJoined({ folder: stores.#template, clock: new TestClock(), log: silentLogger, schemas });
    await store.close();
    return stores;
  }

  get #template(): string {
    return join(this.folder, 'template');
  }

  /** Path of a new copy. */
  async make(): Promise<string> {
    const folder = join(this.folder, String(++this.#made));
    await cp(this.#template, folder, { recursive: true });
    return folder;
  }

  async drop(folder: string): Promise<void> {
    await rm(folder, { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** One running history: the directory, the technician, the systems and the engine, with all faults. */
export class Play {
  readonly history: History;
  readonly store: Store;
  readonly clock: TestClock;
  readonly directory: Directory;
  readonly technician: Technician;
  readonly systems: ReadonlyMap<KindName, RecordSystem | FileSystem>;
  readonly watch: Watch;
  crashes = 0;
  #calls = 0;
  readonly #random: () => number;
  readonly #open = new Set<Promise<void>>();
  #life: Life;
  #atWork: AtWork;
  #again: number | undefined;

  private constructor(history: History, store: Store, clock: TestClock) {
    this.history = history;
    this.store = store;
    this.clock = clock;
    this.#random = makeRandom(history.seed ^ 0x5eed);
    this.directory = new Directory(store, clock);
    this.technician = new Technician(store, history.site.targets);
    this.watch = new Watch(clock, this.directory.picture, (target, edition) => this.technician.edition(target, edition));
    this.technician.watch = this.watch;
    this.systems = new Map(
      history.site.targets.map(({ kind }) => [
        kind,
        kind === 'file' ? new FileSystem(this.watch, clock) : new RecordSystem(kind, this.watch, clock),
      ]),
    );
    this.#life = new Life();
    this.#atWork = this.#begin();
  }

  /** Opens the store and starts the engine, without people. */
  static async open(history: History, folder: string): Promise<Play> {
    const clock = new TestClock();
    const random = makeRandom(history.seed);
    const store = await openJoined({
      folder,
      clock,
      log: silentLogger,
      schemas,
      newId: () => toUuid(random),
      idempotencyKey: () => toUuid(random),
      // A limit by time would make commits differ between machines.
      budgetMs: history.site.smallUnits ? -1 : 3_600_000,
      unitRows: history.site.smallUnits ? 1 : 500,
    });
    return new Play(history, store, clock);
  }

  get names(): readonly KindName[] {
    return this.history.site.targets.map(({ kind }) => kind);
  }

  /** The current engine. */
  get atWork(): AtWork {
    return this.#atWork;
  }

  /** The store for `why`, with calls at which no crash happens. */
  get reading(): EngineDeps {
    return {
      ...this.#atWork.deps,
      store: this.store,
      staging: this.store,
      clock: this.clock,
      connect: (definition, access) => this.#connect(definition.target as KindName, access),
    };
  }

  /** Number of calls of the engine so far. */
  get calls(): number {
    return this.#calls + this.#life.calls;
  }

  /** True while a command waits for the mutex of its Target. */
  get commanding(): boolean {
    return this.#open.size > 0;
  }

  /** Carries out a Step and the waiting time after it. */
  async step({ act, ms, turns }: Step): Promise<void> {
    this.watch.stepped();
    await this.act(act);
    await this.rest(turns);
    await this.pass(ms);
    this.assertWell();
  }

  /** Carries out an Act; a command may continue in the background. */
  async act(act: Act): Promise<void> {
    if (await this.directory.perform(act)) {
      this.watch.observe();
      this.#atWork.engine.changed();
    }
    switch (act.do) {
      case 'crash':
        this.#life.arm({ calls: act.calls, when: act.when, ...(act.at !== undefined && { at: act.at }) });
        this.#again = act.again;
        return;
      case 'fault':
      case 'condition':
      case 'hand':
        return this.#disturb(act);
      default:
        if ('target' in act) this.#command(act, act.target);
    }
  }

  #disturb(act: Extract<Act, { do: 'fault' | 'condition' | 'hand' }>): void {
    const system = this.systems.get(this.#nameOf(act.target));
    if (system === undefined) return;
    if (act.do === 'fault') system.fault(act.fault, act.times);
    else if (act.do === 'condition') system.condition = act.is;
    else if (system instanceof RecordSystem) system.edit(act.edit, this.directory.emailOf(act.who), this.directory.emailOf(act.other));
  }

  #command(act: Act, target: number): void {
    const id = 'who' in act && act.who !== undefined ? this.directory.person(act.who)?.id : undefined;
    const command = this.technician.perform(act, this.#nameOf(target), this.#atWork, id).catch((error: unknown) => {
      if (!(error instanceof CommandRefused)) this.watch.fail('command', `${act.do} ended with ${String(error)}`);
    });
    const open = command.finally(() => this.#open.delete(open));
    this.#open.add(open);
  }

  #nameOf(target: number): KindName {
    const name = this.names[target % this.names.length];
    if (name === undefined) throw new Error('a site has targets');
    return name;
  }

  /** Waits for this number of turns of the event loop, or until nothing is in progress. */
  async rest(turns?: number): Promise<void> {
    const from = this.calls;
    for (let still = 0, seen = -1, turn = 0; turns === undefined ? still < quietTurns : turn < turns; turn += 1) {
      await setImmediate();
      if (this.#life.over) await this.#startAgain();
      const { calls } = this;
      still = calls === seen && this.#life.open === 0 ? still + 1 : 0;
      seen = calls;
      if (calls - from > maxCalls)
        throw new Failure(
          'rest',
          `expected quiet after a while, found ${maxCalls} calls and no end, among them ${this.watch.requests} requests so far`,
        );
    }
    this.watch.observe();
    this.assertWell();
  }

  /** Advances the clock in growing steps; while the steps are small, timers fire at their time. */
  async pass(ms: number): Promise<void> {
    for (let left = ms, part = 1_000; left > 0; part *= 4) {
      const now = Math.min(left, part, 12 * 3_600_000);
      left -= now;
      await this.directory.heard();
      this.clock.advance(now);
      this.watch.observe();
      await this.rest();
    }
  }

  /** @throws the first violation that was detected. */
  assertWell(): void {
    const [first] = this.watch.failures;
    if (first !== undefined) throw first;
  }

  /** Removes all faults and the planned crash. */
  heal(): void {
    for (const system of this.systems.values()) system.heal();
    this.#life.arm(undefined);
    this.#again = undefined;
  }

  /** Ends the engine and the store. */
  async close(): Promise<void> {
    this.#life.end();
    await setImmediate();
    await this.store.close();
  }

  async #startAgain(): Promise<void> {
    this.crashes += 1;
    // The store outlives this engine, unlike in a real process, so pending writes of several units must end first.
    while (this.#life.open > 0) await setImmediate();
    this.watch.crashed();
    this.#open.clear();
    this.#calls += this.#life.calls;
    this.#life = new Life();
    const again = this.#again;
    this.#again = undefined;
    if (again !== undefined) this.#life.arm({ calls: again, when: again % 2 === 0 ? 'before' : 'after' });
    this.#atWork = this.#begin();
  }

  #begin(): AtWork {
    const life = this.#life;
    const store = life.store(this.store, (name, args, result) => this.watch.heard(name, args, result));
    const deps: EngineDeps = {
      store,
      staging: store,
      inbound: store,
      fence: 1,
      clock: life.clock(this.clock),
      random: this.#random,
      log: this.#logger(life),
      compiler: new DefinitionCompiler([]),
      attributes: [],
      timing: { settleMs: 1_000, quietMs: () => 0, silentMs: () => silentMs, keepJournalMs: 90 * 86_400_000 },
      atWork: () => undefined,
      // The simulated Drivers store no files.
      folders: { move: () => Promise.resolve(), remove: () => Promise.resolve() },
      connect: (definition, access) => life.connection(this.#connect(definition.target as KindName, access, () => life.over)),
    };
    const engine = new Engine(deps);
    const atWork = { deps, engine, commands: new Commands(deps, engine) };
    this.technician
      .syncDefinitions(atWork)
      .then(() => engine.start())
      .catch((error: unknown) => this.watch.fail('start', `expected the engine to start, found ${String(error)}`));
    return atWork;
  }

  #connect(target: KindName, access: 'read' | 'write', isOver: () => boolean = () => false): Connection {
    const connection = this.systems.get(target)?.connect(isOver);
    if (connection === undefined) throw new Error(`no system ${target}`);
    if (access === 'write') return connection;
    const refuse = () => {
      this.watch.fail('preview', `${target}: a preview wrote`);
      throw new Error('a preview wrote');
    };
    return connection.mode === 'record' ? { ...connection, deliver: refuse } : { ...connection, publish: refuse };
  }

  /** An error that ends a cycle of a runner is a bug of the engine. */
  #logger(life: Life): Logger {
    const error = (fields: LogFields, message: string) => {
      if (message === 'target run failed' && !life.over)
        this.watch.fail('turn', `expected no error in the engine, found ${String(fields['reason'])}`);
    };
    const logger: Logger = { ...silentLogger, error, child: () => logger };
    return logger;
  }
}

function toUuid(random: () => number): string {
  const hex = Array.from({ length: 8 }, () =>
    Math.floor(random() * 65_536)
      .toString(16)
      .padStart(4, '0'),
  );
  return `${hex[0]}${hex[1]}-${hex[2]}-7${hex[3]?.slice(1)}-8${hex[4]?.slice(1)}-${hex[5]}${hex[6]}${hex[7]}`;
}
