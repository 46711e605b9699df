// Starts, watches, ends and restarts the process of the outbound half.
import type { ChildProcess } from 'node:child_process';
import type { Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import type { TargetName } from '../domain/ids.ts';
import type { Logger } from '../domain/logger.ts';
import { answerRequest } from './answer-request.ts';
import type { HalfMessage, OutboundOptions, PausedTarget } from './messages.ts';
import { OutboundChild } from './outbound-child.ts';
import type { InboundPort, InboundReport, OutboundPort, OutboundReport } from './ports.ts';
import { stopGraceMs } from './stop-grace.ts';

/** Durations in milliseconds. */
export interface SupervisorTiming {
  /** How often the supervisor checks the heartbeat and sends its report. */
  readonly lookMs: number;
  /** A process without a heartbeat for this long is killed. */
  readonly silentMs: number;
  /** The same until its first heartbeat: loading the program takes long on a busy machine. */
  readonly loadMs: number;
  /** The wait before the first restart; doubled with each further one, up to `maxRestartMs`. */
  readonly restartMs: number;
  readonly maxRestartMs: number;
  /** After a process has run for this long, the next restart has the shortest wait again. */
  readonly healthyMs: number;
  /** Max duration of a start before the daemon continues without the outbound half. */
  readonly startMs: number;
  /** Max duration of an orderly stop; then the process is killed. */
  readonly stopMs: number;
}

/** The timing of a daemon. */
export const defaultSupervisorTiming: SupervisorTiming = {
  lookMs: 1_000,
  silentMs: 30_000,
  loadMs: 60_000,
  restartMs: 1_000,
  maxRestartMs: 60_000,
  healthyMs: 300_000,
  startMs: 10_000,
  stopMs: stopGraceMs,
};

/** A Target is paused after this many consecutive ends of the process during work for it. */
const endsUntilPaused = 3;

/** How long a killed process may take to exit before that is reported, in milliseconds. */
const exitMs = 1_000;

/** How long changes are collected before the process is told, in milliseconds: one message for many requests. */
const collectMs = 2;

/** Answers commands in place of the outbound half while that is not running. */
export interface StandIn {
  /** Answers every command with the reason. */
  open(): Promise<void>;
  close(): Promise<void>;
}

/** What an {@link OutboundSupervisor} works with. */
export interface OutboundSupervisorParts {
  /** Starts a process that waits for the message `start`. */
  readonly fork: () => ChildProcess;
  readonly options: Omit<OutboundOptions, 'paused' | 'inbound'>;
  readonly inbound: InboundPort;
  readonly inboundReport: () => InboundReport;
  readonly standIn: (describe: () => string) => StandIn;
  readonly clock: Clock;
  readonly log: Logger;
  readonly timing?: Partial<SupervisorTiming>;
}

/**
 * Runs the outbound half in a child process. After any failure there (an exception, an endless loop, too little memory, a file operation that
 * never returns) the main process continues: it kills the child, reports this in `report`, and starts a new one after a delay.
 */
export class OutboundSupervisor implements OutboundPort {
  readonly #parts: OutboundSupervisorParts;
  readonly #timing: SupervisorTiming;
  readonly #standIn: StandIn;
  #child: OutboundChild | undefined;
  #report: OutboundReport = { problems: [] };
  #trouble: string | undefined;
  #nextStart: Date | undefined;
  #restarts = 0;
  #inProgress: { target: TargetName; ends: number } | undefined;
  #paused: readonly PausedTarget[] = [];
  #adminListens: string | undefined;
  #cancelRestart: (() => void) | undefined;
  #cancelLook: (() => void) | undefined;
  #cancelChanged: (() => void) | undefined;
  #started = Promise.withResolvers<void>();
  #closed: Promise<void> | undefined;

  constructor(parts: OutboundSupervisorParts) {
    this.#parts = parts;
    this.#timing = { ...defaultSupervisorTiming, ...parts.timing };
    this.#standIn = parts.standIn(() => this.#describe());
  }

  /** Starts the process. Resolves when it serves, has failed, or exceeds the start time; the daemon continues in each case. */
  async start(): Promise<void> {
    this.#begin();
    this.#lookLater();
    const cancel = this.#after(this.#timing.startMs, () => this.#started.resolve());
    await this.#started.promise;
    cancel();
  }

  get adminListens(): string | undefined {
    return this.#adminListens;
  }

  changed(): void {
    this.#cancelChanged ??= this.#after(collectMs, () => {
      this.#cancelChanged = undefined;
      this.#child?.post({ is: 'changed' });
    });
  }

  report(): OutboundReport {
    return this.#trouble === undefined ? this.#report : { problems: [this.#describe(), ...this.#report.problems] };
  }

  /** Asks the process to stop, and kills it when it takes too long. Resolves also when it does not exit even then. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#cancelRestart?.();
    this.#cancelLook?.();
    this.#cancelChanged?.();
    await this.#standIn.close();
    const child = this.#child;
    if (child === undefined) return;
    child.post({ is: 'stop' });
    if (await child.exitsWithin(this.#timing.stopMs)) return;
    const { log } = this.#parts;
    log.warn(targetField(child), 'targets took too long to stop');
    child.kill();
    if (await child.exitsWithin(exitMs)) return;
    child.abandon();
    log.error(targetField(child), 'the outbound process does not exit: one of its file operations does not return');
  }

  #begin(): void {
    const { fork, options, inboundReport, clock, log } = this.#parts;
    this.#nextStart = undefined;
    let child: ChildProcess;
    try {
      child = fork();
    } catch (error) {
      // For example, the machine has too little memory for a new process.
      return this.#ended({ startedAt: clock.now().getTime(), target: undefined, cause: `it could not be started: ${messageOf(error)}` });
    }
    this.#child = new OutboundChild({
      child,
      clock,
      take: (message, from) => void this.#take(message, from),
      output: (output) => log.warn({ output: output.trimEnd() }, 'error output of the outbound process'),
      ended: (one) => this.#ended(one),
    });
    this.#child.post({ is: 'start', options: { ...options, paused: this.#paused, inbound: inboundReport() } });
  }

  async #take(message: HalfMessage, from: OutboundChild): Promise<void> {
    const { inbound, log } = this.#parts;
    switch (message.is) {
      case 'ready':
        this.#adminListens = message.adminListens;
        if (this.#trouble !== undefined) log.info({}, 'the outbound process is running again');
        this.#trouble = undefined;
        this.#paused = [];
        return this.#started.resolve();
      case 'report':
        this.#report = message.report;
        return;
      case 'request':
        return from.post(await answerRequest(inbound, message, log));
    }
  }

  /** After a process has exited, a new one is started after a delay, unless the daemon stops. */
  #ended(child: Pick<OutboundChild, 'startedAt' | 'target' | 'cause'>): void {
    this.#child = undefined;
    if (this.#closed !== undefined) return;
    const { clock, log } = this.#parts;
    const { restartMs, maxRestartMs, healthyMs } = this.#timing;
    const now = clock.now().getTime();
    if (now - child.startedAt >= healthyMs) {
      this.#restarts = 0;
      this.#inProgress = undefined;
    }
    this.#report = { problems: [] };
    const cause = child.cause ?? '';
    this.#blame(child.target, cause);
    const waitMs = Math.min(maxRestartMs, restartMs * 2 ** this.#restarts);
    this.#restarts += 1;
    this.#trouble = cause;
    this.#nextStart = new Date(now + waitMs);
    log.error({ reason: cause, ...targetField(child), nextStart: this.#nextStart }, 'the outbound process exited');
    this.#started.resolve();
    const opened = this.#standIn.open().catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'commands cannot be answered'));
    this.#cancelRestart = this.#after(waitMs, () => {
      void opened.then(() => this.#standIn.close()).then(() => (this.#closed === undefined ? this.#begin() : undefined));
    });
  }

  /** Pauses a Target at the next start if the process has ended several times in a row during work for it. */
  #blame(target: TargetName | undefined, cause: string): void {
    if (target === undefined) return;
    const ends = this.#inProgress?.target === target ? this.#inProgress.ends + 1 : 1;
    this.#inProgress = { target, ends };
    if (ends < endsUntilPaused) return;
    this.#inProgress = undefined;
    this.#paused = [
      { target, why: `the outbound process exited ${endsUntilPaused} times in a row while it worked for ${target}: ${cause}` },
    ];
  }

  #lookLater(): void {
    this.#cancelLook = this.#after(this.#timing.lookMs, () => {
      this.#look();
      this.#lookLater();
    });
  }

  /** Sends the report of the inbound half, and kills a process without a heartbeat. */
  #look(): void {
    const child = this.#child;
    if (child === undefined) return;
    child.post({ is: 'inbound', report: this.#parts.inboundReport() });
    const silentMs = child.wasAlive ? this.#timing.silentMs : this.#timing.loadMs;
    if (child.silentMs < silentMs) return;
    child.kill();
    if (child.cause === undefined) {
      const { target } = child;
      child.endsBecause(
        `it did not respond for ${Math.round(silentMs / 1_000)} s${target === undefined ? '' : ` while it worked for ${target}`}`,
      );
      this.#trouble = `${child.cause}; it is being killed`;
      this.#parts.log.error(targetField(child), 'the outbound process does not respond and is killed');
    } else if (child.silentMs >= silentMs + exitMs) {
      this.#trouble = `${child.cause}, and does not exit: one of its file operations does not return`;
    }
  }

  #describe(): string {
    const next = this.#nextStart === undefined ? '' : ` Next start at ${this.#nextStart.toISOString()}.`;
    return `Nothing is sent to targets: the outbound process is not running, because ${this.#trouble ?? 'it has not started yet'}.${next}`;
  }

  #after(ms: number, call: () => void): () => void {
    const { clock } = this.#parts;
    return clock.wakeAt(new Date(clock.now().getTime() + ms), call);
  }
}

function targetField({ target }: Pick<OutboundChild, 'target'>): { readonly target?: TargetName } {
  return target === undefined ? {} : { target };
}
