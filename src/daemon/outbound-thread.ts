// Starts, watches, ends and restarts the worker thread of the outbound half.
import type { Worker } from 'node:worker_threads';
import type { Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import type { TargetName } from '../domain/ids.ts';
import type { Logger } from '../domain/logger.ts';
import { answerRequest } from './answer-request.ts';
import { Heartbeat } from './heartbeat.ts';
import type { PausedTarget, ToInbound, ToOutbound, WorkerOptions } from './messages.ts';
import type { InboundPort, InboundReport, OutboundPort, OutboundReport } from './ports.ts';

/** Durations in milliseconds. */
export interface ThreadTiming {
  /** How often the main thread looks for a sign of life and tells its report. */
  readonly lookMs: number;
  /** A worker that gave no sign of life for this long is ended. */
  readonly silentMs: number;
  /** The wait before the first restart; doubled with each further one, up to `maxRestartMs`. */
  readonly restartMs: number;
  readonly maxRestartMs: number;
  /** A worker that ran for this long begins again with the shortest wait. */
  readonly healthyMs: number;
  /** Max duration of a start before the daemon continues without the worker. */
  readonly startMs: number;
  /** How long an orderly stop may take; then the worker is ended. */
  readonly stopMs: number;
}

/** The usual durations. */
export const defaultThreadTiming: ThreadTiming = {
  lookMs: 1_000,
  silentMs: 30_000,
  restartMs: 1_000,
  maxRestartMs: 60_000,
  healthyMs: 300_000,
  startMs: 10_000,
  stopMs: 7_000,
};

/** Ends in a row while at work for the same Target, after which that Target is paused. */
const endsUntilPaused = 3;

/** How long an ended worker may take to exit before that is reported: 2 seconds. */
const exitMs = 2_000;

/** Answers commands in place of the outbound half while that is not running. */
export interface StandIn {
  /** Answers every command with this sentence. */
  open(): Promise<void>;
  close(): Promise<void>;
}

/** What an {@link OutboundThread} works with. */
export interface OutboundThreadParts {
  readonly startWorker: (options: WorkerOptions) => Worker;
  readonly options: Omit<WorkerOptions, 'paused' | 'heartbeat' | 'inbound'>;
  readonly inbound: InboundPort;
  readonly inboundReport: () => InboundReport;
  readonly standIn: (describe: () => string) => StandIn;
  readonly clock: Clock;
  readonly log: Logger;
  readonly timing?: Partial<ThreadTiming>;
}

/** A worker that runs, or did. */
interface Life {
  readonly worker: Worker;
  readonly heartbeat: Heartbeat;
  readonly begunAt: number;
  readonly exited: Promise<void>;
  /** Why it ends, when that is known before its exit. */
  cause?: string;
  beats: number;
  seenAt: number;
}

/**
 * The outbound half in a worker thread of its own. After any failure there (an exception, an endless loop, too little memory, a file call
 * that never returns) the main thread continues: it ends the worker, reports this in `report`, and starts a new worker after a delay.
 */
export class OutboundThread implements OutboundPort {
  readonly #parts: OutboundThreadParts;
  readonly #timing: ThreadTiming;
  readonly #standIn: StandIn;
  #life: Life | undefined;
  #report: OutboundReport = { problems: [] };
  #trouble: string | undefined;
  #nextStart: Date | undefined;
  #restarts = 0;
  #suspect: { target: TargetName; ends: number } | undefined;
  #paused: readonly PausedTarget[] = [];
  #adminListens: string | undefined;
  #cancelRestart: (() => void) | undefined;
  #cancelLook: (() => void) | undefined;
  #started = Promise.withResolvers<void>();
  #closed: Promise<void> | undefined;

  constructor(parts: OutboundThreadParts) {
    this.#parts = parts;
    this.#timing = { ...defaultThreadTiming, ...parts.timing };
    this.#standIn = parts.standIn(() => this.#describe());
  }

  /** Starts the worker. Resolves when it serves, has failed, or exceeds the start time; the daemon continues in each case. */
  async start(): Promise<void> {
    const { clock } = this.#parts;
    this.#begin();
    this.#lookLater();
    const cancel = clock.wakeAt(new Date(clock.now().getTime() + this.#timing.startMs), () => this.#started.resolve());
    await this.#started.promise;
    cancel();
  }

  get adminListens(): string | undefined {
    return this.#adminListens;
  }

  changed(): void {
    this.#post({ is: 'changed' });
  }

  report(): OutboundReport {
    return this.#trouble === undefined ? this.#report : { problems: [this.#describe(), ...this.#report.problems] };
  }

  /** Asks the worker to end, and ends it when it takes too long. Rejects when it does not exit even then. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#cancelRestart?.();
    this.#cancelLook?.();
    await this.#standIn.close();
    const life = this.#life;
    if (life === undefined) return;
    this.#post({ is: 'stop' });
    if (await this.#exits(life, this.#timing.stopMs)) return;
    this.#parts.log.warn({ target: life.heartbeat.target }, 'targets took too long to stop');
    void life.worker.terminate();
    if (await this.#exits(life, exitMs / 2)) return;
    life.worker.unref();
    throw new Error('the outbound half cannot be ended: a file operation of it does not return');
  }

  /** True when the worker has exited in this time. */
  async #exits(life: Life, withinMs: number): Promise<boolean> {
    const { clock } = this.#parts;
    const late = Promise.withResolvers<false>();
    const cancel = clock.wakeAt(new Date(clock.now().getTime() + withinMs), () => late.resolve(false));
    const exited = await Promise.race([life.exited.then(() => true), late.promise]);
    cancel();
    return exited;
  }

  #begin(): void {
    const { startWorker, options, inboundReport, clock } = this.#parts;
    const heartbeat = new Heartbeat();
    const now = clock.now().getTime();
    this.#nextStart = undefined;
    const worker = startWorker({ ...options, paused: this.#paused, heartbeat: heartbeat.memory, inbound: inboundReport() });
    const exited = Promise.withResolvers<void>();
    const life: Life = { worker, heartbeat, begunAt: now, exited: exited.promise, beats: 0, seenAt: now };
    this.#life = life;
    worker.on('message', (message: ToInbound) => void this.#take(message));
    worker.on('error', (error: unknown) => (life.cause ??= describeError(error)));
    worker.on('exit', (code) => {
      exited.resolve();
      this.#ended(life, code);
    });
  }

  async #take(message: ToInbound): Promise<void> {
    const { inbound, log } = this.#parts;
    switch (message.is) {
      case 'ready':
        this.#adminListens = message.adminListens;
        if (this.#trouble !== undefined) log.info({}, 'the outbound half is running again');
        this.#trouble = undefined;
        this.#paused = [];
        return this.#started.resolve();
      case 'report':
        this.#report = message.report;
        return;
      case 'request':
        return this.#post(await answerRequest(inbound, message, log));
    }
  }

  #post(message: ToOutbound): void {
    this.#life?.worker.postMessage(message);
  }

  /** The worker has exited: another is started after a wait, unless the daemon stops. */
  #ended(life: Life, code: number): void {
    if (this.#life !== life) return;
    this.#life = undefined;
    if (this.#closed !== undefined) return;
    const { clock, log } = this.#parts;
    const { restartMs, maxRestartMs, healthyMs } = this.#timing;
    const now = clock.now();
    if (now.getTime() - life.begunAt >= healthyMs) this.#restarts = 0;
    const cause = life.cause ?? `it ended with code ${code}`;
    this.#accuse(life.heartbeat.target, cause);
    const waitMs = Math.min(maxRestartMs, restartMs * 2 ** this.#restarts);
    this.#restarts += 1;
    this.#trouble = cause;
    this.#nextStart = new Date(now.getTime() + waitMs);
    const { target } = life.heartbeat;
    log.error({ reason: cause, ...(target !== undefined && { target }), nextStart: this.#nextStart }, 'the outbound half has ended');
    this.#started.resolve();
    const opened = this.#standIn.open().catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'commands cannot be answered'));
    this.#cancelRestart = clock.wakeAt(this.#nextStart, () => {
      void opened.then(() => this.#standIn.close()).then(() => (this.#closed === undefined ? this.#begin() : undefined));
    });
  }

  /** Pauses the Target that was at work in several ends in a row. */
  #accuse(target: TargetName | undefined, cause: string): void {
    if (target === undefined) return;
    const ends = this.#suspect?.target === target ? this.#suspect.ends + 1 : 1;
    this.#suspect = { target, ends };
    if (ends < endsUntilPaused) return;
    this.#suspect = undefined;
    this.#paused = [{ target, why: `the outbound half ended ${endsUntilPaused} times in a row while it worked for ${target}: ${cause}` }];
  }

  #lookLater(): void {
    const { clock } = this.#parts;
    this.#cancelLook = clock.wakeAt(new Date(clock.now().getTime() + this.#timing.lookMs), () => {
      this.#look();
      this.#lookLater();
    });
  }

  /** Tells the worker our report, and ends it when it gives no sign of life. */
  #look(): void {
    const { clock, log, inboundReport } = this.#parts;
    const life = this.#life;
    if (life === undefined) return;
    this.#post({ is: 'inbound', report: inboundReport() });
    const now = clock.now().getTime();
    const { beats, target } = life.heartbeat;
    if (beats !== life.beats) {
      life.beats = beats;
      life.seenAt = now;
      return;
    }
    const silentMs = now - life.seenAt;
    if (silentMs < this.#timing.silentMs) return;
    const seconds = Math.round(this.#timing.silentMs / 1_000);
    if (life.cause === undefined) {
      life.cause = `it did not respond for ${seconds} s${target === undefined ? '' : ` while it worked for ${target}`}`;
      this.#trouble = `${life.cause}; it is being ended`;
      log.error({ ...(target !== undefined && { target }) }, 'the outbound half does not respond and is ended');
      void life.worker.terminate();
    } else if (silentMs >= this.#timing.silentMs + exitMs) {
      this.#trouble = `${life.cause}, and cannot be ended: a file operation of it does not return`;
    }
  }

  #describe(): string {
    const next = this.#nextStart === undefined ? '' : ` Next start at ${this.#nextStart.toISOString()}.`;
    return `Nothing is sent to targets: the outbound half is not running, because ${this.#trouble ?? 'it has not started yet'}.${next}`;
  }
}

function describeError(error: unknown): string {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'it ran out of memory' : `it failed: ${messageOf(error)}`;
}
