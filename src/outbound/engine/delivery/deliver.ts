// Delivers the Deliveries of one Target record by record, and stores each result.
import { toOwnCommand } from '../../../domain/own-command.ts';
import type { Delivery } from '../../../domain/delivery.ts';
import { TargetUnavailable } from '../../../domain/errors.ts';
import type { DeliveryId } from '../../../domain/ids.ts';
import type { Outcome } from '../../../domain/outcome.ts';
import type { TargetDefinition } from '../../../domain/target.ts';
import type { Found, RecordConnection } from '../../drivers/driver.ts';
import type { Settlement, SettleResult } from '../../../store/engine-store.ts';
import { toBatches } from './delivery-batches.ts';
import type { EngineDeps } from '../deps.ts';
import type { TargetHealth } from '../contact/target-health.ts';
import { withoutPersonalValues } from './hide-personal-values.ts';
import { judgeUnanswered } from './judge-unanswered.ts';
import { RateLimit } from './rate-limit.ts';
import { assertWorks, RecordLookUps } from './record-look-ups.ts';
import { maxWaitMs } from './retry.ts';
import { TooManyMissing } from './too-many-missing.ts';
import {
  asParked,
  asRetry,
  judgeFound,
  judgeOutcome,
  judgeWithoutLookUp,
  untried,
  type LookUpReason,
  type VerdictContext,
} from './verdict.ts';

/** Max time of one call to a Driver before its signal aborts: 5 minutes. Drivers have shorter time-outs of their own. */
const callLimitMs = 300_000;

/** Number of rounds that are read from the outbox at once, up to `maxAhead` Deliveries; at least one batch for each worker. */
const readAhead = 4;
const maxAhead = 64;

/** Conditions that end the delivery before the outbox is empty. */
export interface WorkLimits {
  readonly until: Date;
  readonly signal: AbortSignal;
  /** True while a command waits for this work to end. */
  readonly mustYield: () => boolean;
}

/**
 * Delivers the due Deliveries of one Target, record by record: marks a Delivery as *sending* before its bytes are sent, looks up a new
 * record before it is created, and stores each Outcome together with the Shadow. A failure of a record is stored; a failure of the Target
 * is thrown after everything is stored.
 */
export class RecordDelivery {
  readonly #deps: EngineDeps;
  readonly #definition: TargetDefinition;
  readonly #connection: RecordConnection;
  readonly #health: TargetHealth;
  readonly #rate: RateLimit;
  readonly #lookUps: RecordLookUps;

  constructor(deps: EngineDeps, definition: TargetDefinition, connection: RecordConnection, health: TargetHealth) {
    this.#deps = deps;
    this.#definition = definition;
    this.#connection = connection;
    this.#health = health;
    this.#rate = new RateLimit(deps.clock, connection.ratePerSecond);
    this.#lookUps = new RecordLookUps(deps, definition, connection);
  }

  /**
   * Delivers until nothing is due, `until` has passed, the Target asks for a waiting time or fails, the signal aborts, or a command waits
   * (checked between batches).
   * @throws {TargetUnavailable | TargetRefused | TooManyMissing} if the Target as a whole fails.
   */
  async work(limits: WorkLimits): Promise<void> {
    while (this.#goesOn(limits)) {
      const places = this.#connection.concurrency * this.#connection.batchSize;
      const due = await this.#deps.store.outbox.due(
        this.#definition.target,
        this.#deps.clock.now(),
        Math.max(places, Math.min(places * readAhead, maxAhead)),
      );
      if (due.length === 0) return;
      await this.#workOff(toBatches(due, this.#connection.batchSize), limits);
    }
  }

  /** Several workers process the batches. The first failure of the Target stops all workers, and is thrown after they have ended. */
  async #workOff(batches: Delivery[][], limits: WorkLimits): Promise<void> {
    const failures: unknown[] = [];
    const worker = async () => {
      while (failures.length === 0 && this.#goesOn(limits)) {
        const batch = batches.shift();
        if (batch === undefined) return;
        try {
          await this.#attempt(batch, limits.signal);
        } catch (error) {
          failures.push(error);
        }
      }
    };
    await Promise.all(Array.from({ length: this.#connection.concurrency }, worker));
    if (failures.length > 0) throw failures[0];
  }

  #goesOn({ until, signal, mustYield }: WorkLimits): boolean {
    return !signal.aborted && !mustYield() && this.#deps.clock.now() < until && this.#health.waitsUntil() === undefined;
  }

  async #attempt(batch: readonly Delivery[], signal: AbortSignal): Promise<void> {
    await this.#rate.take(batch.length, signal);
    if (signal.aborted) return;
    const sent = await this.#deps.store.engine(this.#deps.fence).send(batch.map((delivery) => delivery.id));
    const limited = AbortSignal.any([signal, AbortSignal.timeout(callLimitMs)]);
    const open = new Map(sent.map((delivery) => [delivery.id, delivery]));
    try {
      const toSend = await this.#lookFirst(sent, open, limited);
      if (toSend.length > 0) await this.#deliver(toSend, open, limited);
    } catch (error) {
      const alone = batch.length === 1;
      const { visibleAfterMs } = this.#connection;
      await this.#settleAll(judgeUnanswered([...open.values()], error, { alone, now: this.#deps.clock.now(), visibleAfterMs }));
      throw withoutPersonalValues(error, batch);
    }
  }

  /** Requests the results of accepted Deliveries and looks up new records. Returns the Deliveries that still must be sent. */
  async #lookFirst(sent: readonly Delivery[], open: Map<DeliveryId, Delivery>, signal: AbortSignal): Promise<readonly Delivery[]> {
    const toSend: Delivery[] = [];
    for (const delivery of sent) {
      if (delivery.receipt !== undefined && this.#connection.settle !== undefined) {
        const outcome = await this.#connection.settle(delivery.receipt, signal);
        await this.#answer(delivery, outcome, open, signal);
      } else if (delivery.action !== 'create') {
        toSend.push(delivery);
      } else if (this.#lookUps.can(delivery)) {
        const settlement = await this.#lookBeforeCreate(delivery, signal);
        if (settlement === 'send') toSend.push(delivery);
        else await this.#settle(settlement, delivery, open);
      } else if (this.#connection.repeatable) {
        toSend.push(delivery);
      } else {
        const settlement = judgeWithoutLookUp(delivery, this.#context());
        if (settlement === 'send') toSend.push(delivery);
        else await this.#settle(settlement, delivery, open);
      }
    }
    return toSend;
  }

  /**
   * If a look-up fails for one person at a working Target, the failure is recorded for that person, and other people are still delivered.
   */
  async #lookBeforeCreate(delivery: Delivery, signal: AbortSignal): Promise<Settlement | 'send'> {
    try {
      const found = await this.#lookUps.find(delivery, signal);
      return judgeFound(delivery, 'beforeCreate', found, '', await this.#contextOf(delivery, found));
    } catch (error) {
      if (!(error instanceof TargetUnavailable) || signal.aborted) throw error;
      await assertWorks(this.#connection, signal);
      return asRetry(delivery, untried(delivery), `the record cannot be looked up: ${error.message}`, error.afterMs, {
        ...this.#context(),
        charge: true,
      });
    }
  }

  async #deliver(toSend: readonly Delivery[], open: Map<DeliveryId, Delivery>, signal: AbortSignal): Promise<void> {
    const notAfter = new Date(this.#deps.clock.now().getTime() + callLimitMs);
    const answers: Promise<void>[] = [];
    let failure: unknown;
    try {
      for await (const { delivery: id, outcome } of this.#connection.deliver(toSend, { signal, notAfter })) {
        const delivery = open.get(id);
        // Outcomes are not awaited one by one, so that Outcomes that arrive together share one commit.
        if (delivery === undefined) continue;
        const answer = this.#answer(delivery, outcome, open, signal);
        // A failure is handled below. Without this handler, a rejection that occurs before that would end the process.
        answer.catch(() => undefined);
        answers.push(answer);
      }
    } catch (error) {
      failure = error;
    }
    const settled = await Promise.allSettled(answers);
    const unsettled = settled.find((result) => result.status === 'rejected');
    if (failure !== undefined) throw failure;
    if (unsettled !== undefined) throw unsettled.reason;
    const silent = toSend.filter((delivery) => open.has(delivery.id));
    if (silent.length > 0) {
      throw new TargetUnavailable('the connector ended without an answer', { mayHaveLeft: silent.map((delivery) => delivery.id) });
    }
  }

  async #answer(delivery: Delivery, outcome: Outcome, open: Map<DeliveryId, Delivery>, signal: AbortSignal): Promise<void> {
    // A wrong base path results in 404 for every request, so "missing" counts only if the Target is known to work.
    if (outcome.status === 'missing') await assertWorks(this.#connection, signal);
    if (outcome.status === 'missing' && delivery.action === 'delete') await this.#countMissing();
    const verdict = judgeOutcome(delivery, outcome, this.#context());
    this.#note(outcome);
    if (verdict.is === 'settle') {
      const holders = outcome.status === 'exists' && delivery.action === 'update' ? await this.#lookUps.holdersOf(delivery) : [];
      return this.#settle({ ...verdict.settlement, ...(holders.length > 0 && { blockedBy: holders }) }, delivery, open);
    }
    await this.#settle(await this.#lookUp(delivery, verdict.why, verdict.answer, signal), delivery, open);
  }

  async #lookUp(delivery: Delivery, why: LookUpReason, answer: string, signal: AbortSignal): Promise<Settlement> {
    if (why === 'missing') {
      await this.#countMissing();
      const visibleAt = await this.#lookUps.visibleAt(delivery);
      if (visibleAt !== undefined)
        return { delivery: delivery.id, state: untried(delivery), answer, notBefore: visibleAt, recheckAt: visibleAt };
    }
    const found = this.#lookUps.can(delivery) ? await this.#lookUps.find(delivery, signal) : [];
    const settlement = judgeFound(delivery, why, found, answer, await this.#contextOf(delivery, found));
    return settlement === 'send' ? asParked(delivery, answer, this.#context()) : settlement;
  }

  async #countMissing(): Promise<void> {
    const { active } = await this.#deps.store.shadows.count(this.#definition.target);
    if (this.#health.missed(this.#definition.guard.removals.share, active)) {
      const { target } = this.#definition;
      throw new TooManyMissing(
        `many records are missing at the target. If the product was emptied: ${toOwnCommand('apply', target, '--resend')}. If the address is wrong, correct it and apply. If the records were deleted manually: ${toOwnCommand('resume', target)}`,
      );
    }
  }

  #note(outcome: Outcome): void {
    switch (outcome.status) {
      case 'retry':
        if (outcome.afterMs === undefined) this.#health.failed(toTrouble(outcome));
        else this.#health.slowDown(Math.min(outcome.afterMs, maxWaitMs));
        return;
      case 'unclear':
        this.#health.failed(toTrouble(outcome));
        return;
      case 'done':
      case 'accepted':
      case 'exists':
      case 'missing':
      case 'reject':
        this.#health.succeeded();
        return;
    }
  }

  async #settle(settlement: Settlement, delivery: Delivery, open: Map<DeliveryId, Delivery>): Promise<void> {
    open.delete(delivery.id);
    const [result] = await this.#settleAll([settlement]);
    if (result?.is !== 'keyTaken') return;
    const parked = asParked(delivery, `${nameRecord(settlement)} belongs to another person`, this.#context());
    await this.#settleAll([{ ...parked, blockedBy: [result.by] }]);
  }

  async #settleAll(settlements: readonly Settlement[]): Promise<readonly SettleResult[]> {
    if (settlements.length === 0) return [];
    return this.#deps.store.engine(this.#deps.fence).settle(this.#definition.target, settlements, this.#deps.clock.now());
  }

  async #contextOf(delivery: Delivery, found: readonly Found[]): Promise<VerdictContext> {
    return { ...this.#context(), ...(found.length > 1 && { othersKeys: await this.#lookUps.othersKeys(delivery, found) }) };
  }

  #context(): VerdictContext {
    return {
      now: this.#deps.clock.now(),
      match: this.#definition.match,
      can: new Set(this.#definition.can),
      visibleAfterMs: this.#connection.visibleAfterMs,
      jitter: this.#deps.random(),
      charge: this.#health.chargesAttempts,
    };
  }
}

/** The reason that `status` shows if a Target's Attempts failed in a row. Contains no personal data. */
function toTrouble({ fact }: { readonly fact?: string }): string {
  return fact ?? 'several attempts in a row failed; the reason is shown for each person';
}

/** The record whose key a settlement was to store, or for which it was to continue. */
function nameRecord({ shadow, goesOnAs }: Settlement): string {
  const key = shadow === undefined || shadow === 'forget' ? goesOnAs?.key : shadow.key;
  return key === undefined ? 'the record' : `record ${key}`;
}
