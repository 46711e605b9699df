// Communicates with one Target: opens its Connection, delivers, probes, and handles failures.
import { TargetRefused, TargetUnavailable, messageOf, withHint } from '../../../domain/errors.ts';
import type { TargetName } from '../../../domain/ids.ts';
import type { Target, TargetDefinition } from '../../../domain/target.ts';
import type { Connection } from '../../drivers/driver.ts';
import { hashDefinition } from '../../../mapping/canonical-json.ts';
import { RecordDelivery } from '../delivery/deliver.ts';
import type { EngineDeps } from '../deps.ts';
import { publishFile } from '../delivery/publish.ts';
import { refusedProbeMs } from '../delivery/retry.ts';
import { TargetHealth } from './target-health.ts';
import type { TargetStateWriter } from '../target-state-writer.ts';
import { TooManyMissing } from '../delivery/too-many-missing.ts';

/** Max time of one round of deliveries, after which the Target checks for new Changes. */
const sliceMs = 1_000;

interface OpenTarget {
  readonly definitionHash: string;
  readonly definition: TargetDefinition;
  readonly connection: Connection;
  /** For Connections that write single records. Kept with the Connection, because its rate limit applies across rounds. */
  readonly delivery: RecordDelivery | undefined;
}

/** Conditions that end the work at the Target. */
export interface ContactLimits {
  /** The current signal, which aborts when the daemon stops or a command ends the work cycle. */
  readonly signal: () => AbortSignal;
  /** True while a command waits for this work to end. */
  readonly mustYield: () => boolean;
}

/** The communication with one Target. Its runner calls this under the Target's mutex. */
export class TargetContact {
  readonly health: TargetHealth;
  readonly #deps: EngineDeps;
  readonly #name: TargetName;
  readonly #state: TargetStateWriter;
  readonly #limits: ContactLimits;
  #open: OpenTarget | undefined;
  #probeAsked = false;
  #probeRefusedAt: Date | undefined;

  constructor(deps: EngineDeps, name: TargetName, state: TargetStateWriter, limits: ContactLimits) {
    this.#deps = deps;
    this.#name = name;
    this.#state = state;
    this.#limits = limits;
    this.health = new TargetHealth(deps.clock, deps.random);
  }

  /** Requests a probe in the next work cycle, even if there is nothing to send. */
  askProbe(): void {
    this.#probeAsked = true;
  }

  /** Clears the failure or rejection of credentials, so that the Target is tried immediately. */
  forget(): void {
    this.#probeRefusedAt = undefined;
    this.health.forget();
  }

  /** True while a Connection that writes full files is open. */
  get writesFiles(): boolean {
    return this.#open?.connection.mode === 'snapshot';
  }

  /** Delivers due Deliveries, after a probe if required. A failure of the Target is recorded; other errors are thrown. */
  async deliverDue(definition: TargetDefinition): Promise<void> {
    const { store, clock } = this.#deps;
    if (this.health.waitsUntil() !== undefined) return;
    const target = await store.targets.get(this.#name);
    const due = await store.outbox.due(this.#name, clock.now(), 1);
    const idle = due.length === 0 && target?.publication === undefined && target?.resend !== 'file';
    const probes = this.#probeAsked && target?.trouble !== '';
    if (idle && !probes) return;
    const open = this.connect(definition);
    const { connection } = open;
    try {
      this.#probeAsked = false;
      if (this.health.needsProbe || (idle && probes)) await this.#probe(connection);
      if (idle) return await this.#noteRecovery(target);
      await this.#deliverWith(open, target);
      if (this.health.trouble === '') {
        await this.#state.succeeded();
        this.#logRecovery(target);
      }
      // Several records failed in a row. No error was thrown, but the circuit is open, so the Target waits.
      else if (this.health.waitsUntil() !== undefined) await this.#state.trouble(this.health.trouble, this.health);
    } catch (error) {
      await this.#handleTargetError(error, connection);
    }
  }

  async #noteRecovery(target: Target | undefined): Promise<void> {
    this.health.recovered();
    await this.#state.recovered();
    this.#logRecovery(target);
  }

  #logRecovery(target: Target | undefined): void {
    if (target !== undefined && target.trouble !== '') this.#deps.log.info({}, 'target available again');
  }

  async #deliverWith({ connection, definition, delivery }: OpenTarget, target: Target | undefined): Promise<void> {
    const signal = this.#limits.signal();
    const until = new Date(this.#deps.clock.now().getTime() + sliceMs);
    await delivery?.work({ until, signal, mustYield: this.#limits.mustYield });
    if (connection.mode === 'record' || target === undefined) return;
    await publishFile(this.#deps, target, definition, connection, { signal, retryAt: () => this.#deps.clock.now() });
    this.health.succeeded();
  }

  async #probe(connection: Connection): Promise<void> {
    await connection.probe(AbortSignal.any([this.#limits.signal(), AbortSignal.timeout(60_000)]));
    this.health.probed();
  }

  /** Handles a failure of the Target: its queue waits, or the Target becomes refused or paused. Other errors are rethrown. */
  async #handleTargetError(error: unknown, connection: Connection): Promise<void> {
    if (this.#limits.signal().aborted) return;
    if (error instanceof TargetRefused) return this.#handleRefusal(error, connection);
    if (error instanceof TooManyMissing) return this.#stopForAPerson(error.message);
    if (!(error instanceof TargetUnavailable)) throw error;
    this.health.open(withHint(error), error.afterMs);
    // The error message may contain names of people, so `status` shows it and the log does not.
    this.#deps.log.warn({ code: error.code, until: this.health.waitsUntil() }, 'target unavailable');
    await this.#state.trouble(this.health.trouble, this.health);
  }

  /** A single 401 may concern only one record, so the Target becomes *refused* only if it also rejects the probe. */
  async #handleRefusal(refusal: TargetRefused, connection: Connection): Promise<void> {
    try {
      await this.#probe(connection);
      this.health.open(withHint(refusal));
      await this.#state.trouble(this.health.trouble, this.health);
    } catch (error) {
      if (!(error instanceof TargetRefused)) return this.#handleTargetError(error, connection);
      const why = withHint(error);
      this.health.open(why);
      this.#probeRefusedAt = new Date(this.#deps.clock.now().getTime() + refusedProbeMs);
      await this.#state.refused(why);
      this.#deps.log.error({ code: error.code }, 'target rejects the credentials');
    }
  }

  /** Probes a Target that rejects the credentials, every 15 minutes. @returns when to probe again; the current time if it accepts them. */
  async probeRefused(target: Target): Promise<Date | undefined> {
    const { clock } = this.#deps;
    if (target.definition === undefined) return undefined;
    if (this.#probeRefusedAt !== undefined && this.#probeRefusedAt > clock.now()) return this.#probeRefusedAt;
    try {
      await this.close();
      await this.#probe(this.connect(target.definition).connection);
    } catch (error) {
      if (!(error instanceof TargetRefused) && !(error instanceof TargetUnavailable)) throw error;
      this.#probeRefusedAt = new Date(clock.now().getTime() + refusedProbeMs);
      return this.#probeRefusedAt;
    }
    this.#probeRefusedAt = undefined;
    this.health.recovered();
    await this.#state.credentialsAccepted();
    return clock.now();
  }

  async #stopForAPerson(why: string): Promise<void> {
    await this.#state.paused(why);
    this.#deps.log.error({ reason: why }, 'target paused: it needs attention');
  }

  /** The Connection for a definition; opened again if the definition has changed. No I/O yet. */
  connect(definition: TargetDefinition): OpenTarget {
    const definitionHash = hashDefinition(definition);
    if (this.#open?.definitionHash !== definitionHash) {
      const before = this.#open;
      const connection = this.#deps.connect(definition, 'write');
      const delivery = connection.mode === 'record' ? new RecordDelivery(this.#deps, definition, connection, this.health) : undefined;
      this.#open = { definitionHash, definition, connection, delivery };
      void before?.connection
        .close()
        .catch((error: unknown) => this.#deps.log.warn({ reason: messageOf(error) }, 'connection could not be closed'));
    }
    return this.#open;
  }

  /** Closes the Connection, if any. Never throws. */
  async close(): Promise<void> {
    const before = this.#open;
    this.#open = undefined;
    // A Connection that cannot be closed must not make a command or the shutdown fail.
    await before?.connection
      .close()
      .catch((error: unknown) => this.#deps.log.warn({ reason: messageOf(error) }, 'connection could not be closed'));
  }
}
