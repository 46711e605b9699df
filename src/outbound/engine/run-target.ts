// The main loop of one Target: plan, deliver, sleep.
import { waitUntil } from '../../domain/clock.ts';
import { StoreError, messageOf } from '../../domain/errors.ts';
import type { TargetName } from '../../domain/ids.ts';
import type { Target, TargetDefinition } from '../../domain/target.ts';
import { planningHash } from '../../mapping/canonical-json.ts';
import { WakeSignal } from './wake-signal.ts';
import { compileTarget, pinGroups } from './definition/compile-target.ts';
import type { EngineDeps } from './deps.ts';
import { judgeGoLive } from './go-live/judge-go-live.ts';
import { absorbAll, Interrupted, planTarget, type RunRequest, type RunSummary } from './planning/plan-target.ts';
import { Mutex } from './mutex.ts';
import { TargetContact } from './contact/target-contact.ts';
import { TargetStateWriter } from './target-state-writer.ts';

/** Max time that a command waits for the work cycle that it has aborted: 2 seconds. */
const interruptMs = 2_000;

/** Pause of a Target after an unexpected error: 10 seconds. */
const unknownErrorMs = 10_000;

/**
 * Runs one Target while the daemon runs: plans Changes, delivers what is due, and sleeps until the next due time or until it is woken.
 * Everything that writes for this Target runs under its mutex. An error ends a work cycle, never the loop.
 */
export class TargetRunner {
  readonly name: TargetName;
  readonly #deps: EngineDeps;
  readonly #wakeSignal: WakeSignal;
  readonly #mutex = new Mutex();
  readonly #stopping = new AbortController();
  readonly #contact: TargetContact;
  readonly #state: TargetStateWriter;
  /** Aborted to end the current work cycle early. */
  #cycleAbort = new AbortController();
  /** Number of commands that are interrupting a work cycle. No new cycle starts while it is above 0. */
  #interrupts = 0;
  #loop: Promise<void> | undefined;
  #mustRecover = false;
  #resting = false;
  #reconcileAsked = false;
  #pauseUntil: Date | undefined;

  constructor(deps: EngineDeps, name: TargetName) {
    this.#deps = { ...deps, log: deps.log.child({ target: name }) };
    this.name = name;
    this.#state = new TargetStateWriter(this.#deps, name);
    this.#wakeSignal = new WakeSignal(deps.clock);
    this.#contact = new TargetContact(this.#deps, name, this.#state, {
      signal: () => this.#signal,
      mustYield: () => this.#mutex.isAwaited,
    });
  }

  /** Starts the loop. Can be called twice. */
  start(): void {
    this.#loop ??= this.#run();
  }

  /** Wakes the loop because something has changed. */
  wake(): void {
    this.#resting = false;
    this.#wakeSignal.signal();
  }

  /** True while there is nothing to do: everything is planned and delivered, or waits for its time. */
  get resting(): boolean {
    return this.#resting;
  }

  /** Plans everyone in the next work cycle. */
  reconcile(): void {
    this.#reconcileAsked = true;
    this.wake();
  }

  /** Closes the Connection and ends waiting times, because secrets or settings may have changed. */
  async reopen(): Promise<void> {
    await this.#mutex.runExclusive(() => this.#contact.close());
    this.#pauseUntil = undefined;
    this.#contact.forget();
    this.wake();
  }

  /** When the Target last accepted something since the start. The stored time may be up to a minute older. */
  get succeededAt(): Date | undefined {
    return this.#contact.health.succeededAt;
  }

  /**
   * Clears the recorded failure and tries the Target immediately, even if there is nothing to send. `prepare` runs under the mutex before
   * that.
   */
  async tryNow<T>(prepare: () => Promise<T>): Promise<T> {
    const prepared = await this.exclusive(async () => {
      const result = await prepare();
      await this.#state.retriedNow();
      this.#contact.askProbe();
      return result;
    });
    await this.reopen();
    return prepared;
  }

  /** Runs a command's work between two work cycles, then wakes the loop. */
  async exclusive<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.#mutex.runExclusive(work);
    } finally {
      this.wake();
    }
  }

  /**
   * Aborts the current work cycle and then runs a command's work. If the cycle does not end within two seconds (such as a drop folder that
   * hangs), the work runs concurrently, so it must be a single unit of the store that is safe to run at that time.
   */
  async interrupt<T>(work: () => Promise<T>): Promise<T> {
    this.#interrupts += 1;
    this.#cycleAbort.abort();
    let begun: Promise<T> | undefined;
    const once = () => (begun ??= work());
    const { clock } = this.#deps;
    const late = new AbortController();
    const patience = waitUntil(clock, new Date(clock.now().getTime() + interruptMs), late.signal);
    try {
      return await Promise.race([
        this.exclusive(once),
        patience.then(() => (late.signal.aborted ? new Promise<never>(() => undefined) : once())),
      ]);
    } finally {
      late.abort();
      this.#interrupts -= 1;
      this.wake();
    }
  }

  /** Aborts the work in progress and waits for it. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wakeSignal.signal();
    await this.#loop;
    await this.#contact.close();
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const next = await this.#mutex.runExclusive(() => this.#runCycle()).catch((error: unknown) => this.#handleError(error));
      if (this.#stopping.signal.aborted) return;
      this.#resting = !this.#wakeSignal.signalled && (next === undefined || next > this.#deps.clock.now());
      await this.#wakeSignal.sleep(next);
      this.#resting = false;
    }
  }

  /** Runs one work cycle. Returns when the next one is due; `undefined` if only a wake-up starts it. */
  async #runCycle(): Promise<Date | undefined> {
    const { store, clock, fence } = this.#deps;
    if (this.#stopping.signal.aborted || this.#interrupts > 0) return undefined;
    this.#deps.atWork(this.name);
    this.#cycleAbort = new AbortController();
    if (this.#pauseUntil !== undefined && this.#pauseUntil > clock.now()) return this.#pauseUntil;
    if (this.#mustRecover) {
      await store.engine(fence).recover(clock.now(), this.name);
      this.#mustRecover = false;
    }
    const target = await store.targets.get(this.name);
    switch (target?.state) {
      case undefined:
      case 'orphaned':
      case 'paused':
        await this.#contact.close();
        return undefined;
      case 'draft':
        return target.liveWhenQuiet ? this.#goLiveWhenQuiet(target) : undefined;
      case 'refused':
        return this.#contact.probeRefused(target);
      case 'live':
        return this.#work(target);
    }
  }

  async #work(target: Target): Promise<Date | undefined> {
    if (target.definition === undefined) return undefined;
    await absorbAll(this.#deps, this.name);
    const pinned = await pinGroups(this.#deps, target, target.definition);
    const planAt = await this.#planDue(pinned.target, pinned.definition);
    await this.#contact.deliverDue(pinned.definition);
    return this.#nextCycle(planAt);
  }

  /** Plans if there is a reason to. Otherwise returns when the Changes that have arrived must be planned. */
  async #planDue(target: Target, definition: TargetDefinition): Promise<Date | undefined> {
    const { store, staging, clock } = this.#deps;
    if (target.restored !== undefined || target.plannedHash !== planningHash(definition)) {
      await this.plan(target, definition, { kind: 'config', released: false, signal: this.#signal });
      return undefined;
    }
    if (this.#reconcileAsked) {
      await this.plan(target, definition, { kind: 'reconcile', released: false, signal: this.#signal });
      this.#reconcileAsked = false;
      return undefined;
    }
    const now = clock.now();
    const [first] = definition.schedule.onChange ? await staging.changes.after(target.cursor, 1) : [];
    const settled = first === undefined ? undefined : new Date(first.at.getTime() + this.#deps.timing.settleMs);
    const isRecheck = await store.rechecks.nextAt(this.name);
    if ((settled !== undefined && settled <= now) || (isRecheck !== undefined && isRecheck <= now)) {
      const rechecksOnly = !definition.schedule.onChange;
      await this.plan(target, definition, { kind: 'incremental', released: false, rechecksOnly, signal: this.#signal });
      return undefined;
    }
    return settled;
  }

  /** Plans this Target now. Commands call this too, under the mutex. */
  async plan(target: Target, definition: TargetDefinition, request: RunRequest): Promise<RunSummary> {
    const connection = this.#contact.connect(definition).connection;
    const compiledTarget = await compileTarget(this.#deps, definition, connection);
    const summary = await planTarget(this.#deps, target, definition, compiledTarget, request);
    const { removals, changes } = summary.guard;
    if (removals !== undefined || changes !== undefined) this.#deps.log.warn({ ...summary.wanted }, 'actions held by the Guard');
    else this.#deps.log.debug({ kind: summary.kind, looked: summary.looked, ...summary.wanted }, 'planned');
    return summary;
  }

  /** The failure is already in the log, so an error while storing it is ignored. */
  async #tryToNote(trouble: string): Promise<void> {
    try {
      await this.#state.trouble(trouble, this.#contact.health);
    } catch (error) {
      this.#deps.log.debug({ reason: messageOf(error) }, "the target's failure could not be recorded");
    }
  }

  async #goLiveWhenQuiet(target: Target): Promise<Date | undefined> {
    if (target.definition === undefined) return undefined;
    const verdict = await judgeGoLive(this.#deps, target, target.definition);
    switch (verdict.is) {
      case 'waits':
        return verdict.until;
      case 'stays':
        return this.#stayDraft(verdict.why);
      case 'goes':
        await this.goLive(target, verdict.released);
        return this.#deps.clock.now();
    }
  }

  async #stayDraft(why: string): Promise<undefined> {
    await this.#state.stayedDraft(why);
    this.#deps.log.warn({ reason: why }, 'target did not go live');
  }

  /**
   * Makes an applied Target live: plans everyone once. `released`: the operator who applied saw that Plan. For a resend, deletes the Shadows
   * first. After a crash the Target is still a draft, and the next start repeats this. Must run under the mutex.
   */
  async goLive(target: Target, released: boolean): Promise<RunSummary | undefined> {
    if (target.definition === undefined) return undefined;
    if (target.resend === 'people') {
      await this.#deps.store.engine(this.#deps.fence).forgetTarget(this.name, 'records cleared so that all records are sent again');
    }
    const pinned = await pinGroups(this.#deps, target, target.definition);
    const summary = await this.plan(pinned.target, pinned.definition, { kind: 'firstLoad', released });
    await this.#state.live(JSON.stringify(summary.wanted));
    return summary;
  }

  async #nextCycle(planAt: Date | undefined): Promise<Date | undefined> {
    const { store } = this.#deps;
    const [queuedAt, recheckedAt, target] = await Promise.all([
      store.outbox.nextAt(this.name),
      store.rechecks.nextAt(this.name),
      store.targets.get(this.name),
    ]);
    // A file that must be written again may have no Delivery with a due time.
    const owesFile = target?.resend === 'file' && this.#contact.writesFiles;
    const deliverAt = owesFile ? this.#deps.clock.now() : queuedAt;
    const down = this.#contact.health.waitsUntil();
    const later = deliverAt !== undefined && down !== undefined && down > deliverAt ? down : deliverAt;
    return [planAt, later, recheckedAt].reduce(
      (first, time) => (time !== undefined && (first === undefined || time < first) ? time : first),
      undefined,
    );
  }

  /** Aborts when the daemon stops or a command ends the work cycle. */
  get #signal(): AbortSignal {
    return AbortSignal.any([this.#stopping.signal, this.#cycleAbort.signal]);
  }

  /** Handles an error that ended a work cycle. Returns when to try again; `undefined` if a command ended the cycle. */
  async #handleError(error: unknown): Promise<Date | undefined> {
    const { clock, log } = this.#deps;
    if (this.#signal.aborted && error instanceof Interrupted) return undefined;
    const reason = messageOf(error);
    if (error instanceof StoreError) this.#mustRecover = true;
    else await this.#tryToNote(reason);
    log.error(
      { reason, code: error instanceof Error ? error.name : 'unknown', stack: error instanceof Error ? error.stack : undefined },
      'target run failed',
    );
    this.#pauseUntil = new Date(clock.now().getTime() + unknownErrorMs);
    return this.#pauseUntil;
  }
}
