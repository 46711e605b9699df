// Runs all Targets: one runner each, full planning on schedule, and hourly deletion of old data.
import { findCronFault, hadTimeSince, startCron, type CronTask } from '../../domain/cron.ts';
import { StoreError, messageOf } from '../../domain/errors.ts';
import type { TargetName } from '../../domain/ids.ts';
import type { Target, TargetDefinition } from '../../domain/target.ts';
import { absorbAll } from './planning/plan-target.ts';
import type { EngineDeps } from './deps.ts';
import { syncDefinitions, type OverlayImmediate, type TargetFile } from './definition/sync-definitions.ts';
import { noteFirstCycles } from './go-live/first-cycle.ts';
import { assertForgettable, finishInterrupted, forgetTarget, renameTarget, type Renamed } from './target-lifecycle.ts';
import { TargetRunner } from './run-target.ts';
import { Mutex } from './mutex.ts';

/** Interval at which old Changes and completed Deliveries are deleted: hourly. */
const pruneEveryMs = 3_600_000;

const prunePage = 200;

/** Interval at which finished first cycles are stored, and interrupted removals and renames of Targets are retried: every minute. */
const upkeepEveryMs = 60_000;

interface Scheduled {
  readonly key: string;
  /** Missing if the schedule could not be started; `findFaults` reports the reason. */
  readonly task: CronTask | undefined;
}

/**
 * Runs all Targets: one runner each, reconciles (planning everyone) by cron schedule, and the deletion of old Changes, Deliveries and
 * journal entries.
 */
export class Engine {
  readonly #deps: EngineDeps;
  readonly #runners = new Map<TargetName, TargetRunner>();
  readonly #schedules = new Map<TargetName, Scheduled>();
  /** Serializes the loading of files: two at the same time would each act on changes of the other. */
  readonly #readings = new Mutex();
  #running = false;
  #settling = false;
  #cancelSettle: (() => void) | undefined;
  #cancelUpkeep: (() => void) | undefined;
  #upkeep: Promise<void> = Promise.resolve();
  #cancelPrune: (() => void) | undefined;
  #pruning: Promise<void> = Promise.resolve();
  #catchingUp: Promise<void> = Promise.resolve();
  readonly #stopping = new AbortController();

  constructor(deps: EngineDeps) {
    this.#deps = deps;
  }

  /** Recovers from a crash, then starts a runner for every Target. */
  async start(): Promise<void> {
    const { store, fence, clock, log } = this.#deps;
    const inDoubt = await store.engine(fence).recover(clock.now());
    if (inDoubt > 0)
      log.info({ deliveries: inDoubt }, 'deliveries in doubt after the last run: Vestibule looks them up before it sends again');
    for (const target of await store.targets.list()) await this.#contained(target.name, () => absorbAll(this.#deps, target.name));
    this.#running = true;
    for (const target of await store.targets.list()) this.runner(target.name);
    await this.reschedule();
    this.#catchingUp = this.#catchUp();
    this.#prunePlanned();
    await this.#noteFirstCycles();
    this.#planUpkeep();
  }

  /** Ends all work in progress and waits for it. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#stopping.abort();
    this.#cancelPrune?.();
    this.#cancelSettle?.();
    this.#cancelUpkeep?.();
    for (const { task } of this.#schedules.values()) await task?.destroy();
    this.#schedules.clear();
    await Promise.all([...this.#runners.values()].map((runner) => runner.stop()));
    await this.#pruning;
    await this.#upkeep;
    await this.#catchingUp;
  }

  /** The runner of a Target, which works only while the engine runs. */
  runner(name: TargetName): TargetRunner {
    const known = this.#runners.get(name);
    const runner = known ?? new TargetRunner(this.#deps, name);
    if (known === undefined) this.#runners.set(name, runner);
    if (this.#running) runner.start();
    return runner;
  }

  /** When a Target last accepted something since the start; `undefined` if it has not. */
  succeededAt(name: TargetName): Date | undefined {
    return this.#runners.get(name)?.succeededAt;
  }

  /** Called when a Source has written something: every Target plans once after the settle time, regardless of the number of writes. */
  changed(): void {
    if (this.#settling || !this.#running) return;
    this.#settling = true;
    const { clock, timing } = this.#deps;
    this.#cancelSettle = clock.wakeAt(new Date(clock.now().getTime() + timing.settleMs), () => {
      this.#settling = false;
      this.#wake();
    });
  }

  #wake(): void {
    for (const runner of this.#runners.values()) runner.wake();
  }

  /**
   * Updates the Targets from the current files; see `syncDefinitions`. Without `isGone`, every missing file counts as missing immediately.
   */
  syncDefinitions(
    files: readonly TargetFile[],
    overlay: OverlayImmediate,
    isGone: (name: TargetName) => boolean = () => true,
  ): Promise<void> {
    return this.#readings.runExclusive(() => this.#syncDefinitions(files, overlay, isGone));
  }

  /** Removes everything that is stored about a Target without a file. @throws {CommandRefused} while its file exists. */
  forget(name: TargetName, by: string): Promise<void> {
    return this.#readings.runExclusive(async () => {
      assertForgettable(name, await this.#deps.store.targets.get(name));
      await this.#drop(name);
      await forgetTarget(this.#deps, name, by);
    });
  }

  /** Renames a Target, which immediately continues under the new name. @throws {CommandRefused} as `renameTarget` does. */
  rename(from: TargetName, to: TargetName, by: string): Promise<Renamed> {
    return this.#readings.runExclusive(async () => {
      await this.#drop(from);
      await this.#drop(to);
      try {
        return await renameTarget(this.#deps, from, to, by);
      } finally {
        for (const { name } of await this.#deps.store.targets.list()) this.runner(name);
        await this.reschedule();
      }
    });
  }

  /** Ends the runner and the schedule of a Target. */
  async #drop(name: TargetName): Promise<void> {
    const runner = this.#runners.get(name);
    const schedule = this.#schedules.get(name);
    this.#runners.delete(name);
    this.#schedules.delete(name);
    await schedule?.task?.destroy();
    await runner?.stop();
  }

  async #syncDefinitions(files: readonly TargetFile[], overlay: OverlayImmediate, isGone: (name: TargetName) => boolean): Promise<void> {
    await finishInterrupted(this.#deps);
    const changed = await syncDefinitions(this.#deps, files, overlay, isGone);
    for (const file of files) this.runner(file.name);
    for (const name of changed) await this.#contained(name, () => this.runner(name).reopen());
    this.#wake();
    await this.reschedule();
  }

  /**
   * Starts the schedules of the applied definitions. Cron expressions use the time zone of the Target; an unchanged schedule is not
   * restarted. Does nothing while the engine is stopped.
   */
  async reschedule(): Promise<void> {
    if (!this.#running) return;
    for (const target of await this.#deps.store.targets.list()) {
      const key = target.state === 'orphaned' ? '' : scheduleKey(target.definition);
      const before = this.#schedules.get(target.name);
      if (before?.key === key) continue;
      await before?.task?.destroy();
      this.#schedules.delete(target.name);
      if (key !== '') this.#schedules.set(target.name, { key, task: this.#startCron(target) });
    }
  }

  /** An invalid schedule affects only the reconciles of this Target; `findFaults` reports it. */
  #startCron({ name, definition }: Target): CronTask | undefined {
    const schedule = definition?.schedule ?? {};
    const fault = findCronFault(schedule);
    if (fault === undefined) return startCron(schedule, () => this.#runners.get(name)?.reconcile());
    this.#deps.log.error({ target: name, reason: fault.message }, 'invalid schedule: no reconcile is scheduled');
    return undefined;
  }

  /** Runs a reconcile that was due while the daemon was down, once, now. */
  async #catchUp(): Promise<void> {
    const { store, clock, log } = this.#deps;
    for (const { name, definition, appliedAt, reconciledAt, state } of await store.targets.list()) {
      const looked = latest(appliedAt, reconciledAt);
      if (!this.#running || definition === undefined || looked === undefined || state === 'draft' || state === 'orphaned') continue;
      await this.#contained(name, async () => {
        if (!(await hadTimeSince(definition.schedule, looked, clock.now(), this.#stopping.signal))) return;
        log.info({ target: name }, 'scheduled reconcile was missed: running it now');
        this.#runners.get(name)?.reconcile();
      });
    }
  }

  /**
   * Does work for one Target whose failure must not affect other Targets. The error is only logged here, because the Target's runner will
   * encounter and record it too.
   */
  async #contained(name: TargetName, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof StoreError) throw error;
      this.#deps.log.error({ target: name, reason: messageOf(error) }, 'target failed');
    }
  }

  /** Schedules work that must be done even if no command and no changed file arrives for days. */
  #planUpkeep(): void {
    const { clock, log } = this.#deps;
    this.#cancelUpkeep = clock.wakeAt(new Date(clock.now().getTime() + upkeepEveryMs), () => {
      this.#upkeep = this.#noteFirstCycles()
        .then(() => this.#readings.runExclusive(() => finishInterrupted(this.#deps)))
        .catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'interrupted work on targets cannot be finished'))
        .then(() => (this.#running ? this.#planUpkeep() : undefined));
    });
  }

  /** Stores which first cycles have finished, because a later write would make a cycle look unfinished. */
  async #noteFirstCycles(): Promise<void> {
    const { log } = this.#deps;
    await noteFirstCycles(this.#deps).catch((error: unknown) =>
      log.warn({ reason: messageOf(error) }, 'finished first cycles could not be recorded'),
    );
  }

  #prunePlanned(): void {
    const { clock } = this.#deps;
    this.#cancelPrune = clock.wakeAt(new Date(clock.now().getTime() + pruneEveryMs), () => {
      this.#pruning = this.#prune()
        .catch((error: unknown) => this.#deps.log.warn({ reason: messageOf(error) }, 'old history could not be deleted'))
        .then(() => (this.#running ? this.#prunePlanned() : undefined));
    });
  }

  /**
   * Deletes Changes that every Target has planned, and completed Deliveries, Runs and journal entries after their retention time, one page
   * at a time.
   */
  async #prune(): Promise<void> {
    const { store, staging, inbound, fence, clock, timing } = this.#deps;
    const targets = (await store.targets.list()).filter((target) => target.state !== 'draft');
    const head = await staging.changes.head();
    const planned = targets.reduce((least, target) => Math.min(least, target.cursor), head);
    while (this.#running && (await inbound.pruneChanges(planned, prunePage)));
    const before = new Date(clock.now().getTime() - timing.keepJournalMs);
    while (this.#running && (await store.engine(fence).pruneDeliveries(before, prunePage)));
    while (this.#running && (await store.engine(fence).pruneHistory(before, prunePage)));
  }
}

function latest(...times: readonly (Date | undefined)[]): Date | undefined {
  return times.reduce((last, time) => (time !== undefined && (last === undefined || time > last) ? time : last), undefined);
}

function scheduleKey(definition: TargetDefinition | undefined): string {
  const { reconcile, timezone } = definition?.schedule ?? {};
  return reconcile === undefined ? '' : `${reconcile} ${timezone ?? ''}`;
}
