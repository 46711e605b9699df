// Delivers the outbox of one Target record by record.
import { toOwnCommand } from '../domain/own-command.ts';
import type { Delivery } from '../domain/delivery.ts';
import { TargetRefused, TargetUnavailable, messageOf } from '../domain/errors.ts';
import { subjectKey, type DeliveryId, type SubjectRef } from '../domain/ids.ts';
import type { Outcome } from '../domain/outcome.ts';
import { toMatchKeys } from '../domain/record.ts';
import type { TargetDefinition } from '../domain/target.ts';
import type { Found, RecordConnection } from '../drivers/driver.ts';
import type { Settlement, SettleResult } from '../store/engine-store.ts';
import type { EngineDeps } from './deps.ts';
import type { TargetHealth } from './target-health.ts';
import { withoutPersonalValues } from './hide-personal-values.ts';
import { RateLimit } from './rate-limit.ts';
import { maxWaitMs } from './retry.ts';
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

/** A person on whom a worker fails this often, sent alone, is parked. */
const maxSoloFailures = 3;

/** How long one call of a Driver may take before its signal aborts: 5 minutes; Drivers have shorter limits of their own. */
const callLimitMs = 300_000;

/** How many Deliveries are read from the outbox at a time: some for each worker, a batch for each at least. */
const readAhead = 4;
const maxAhead = 64;

/** Conditions that end the delivery before the outbox is empty. */
export interface WorkLimits {
  readonly until: Date;
  readonly signal: AbortSignal;
  /** True while a command waits for this work. */
  readonly givesWay: () => boolean;
}

/** Too many records were reported missing: the Target is paused until a person has checked. */
export class TooManyMissing extends Error {}

/**
 * Delivers what is due at one Target, record by record: marks *sending* before bytes leave, looks before it writes a new record,
 * settles each answer with its Shadow. A record's failure is settled; a Target's failure is thrown after everything is settled.
 */
export class RecordDelivery {
  readonly #deps: EngineDeps;
  readonly #definition: TargetDefinition;
  readonly #connection: RecordConnection;
  readonly #health: TargetHealth;
  readonly #rate: RateLimit;

  constructor(deps: EngineDeps, definition: TargetDefinition, connection: RecordConnection, health: TargetHealth) {
    this.#deps = deps;
    this.#definition = definition;
    this.#connection = connection;
    this.#health = health;
    this.#rate = new RateLimit(deps.clock, connection.ratePerSecond);
  }

  /**
   * Works until nothing is due, `until` has passed, the Target asks for a pause or fails, the signal aborts, or others are to be given
   * way to, which is asked between batches.
   * @throws {TargetUnavailable | TargetRefused | TooManyMissing} when the Target as a whole fails.
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

  /** Several workers take batch after batch; the first failure of the Target stops all of them, and is thrown when they are done. */
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

  #goesOn({ until, signal, givesWay }: WorkLimits): boolean {
    return !signal.aborted && !givesWay() && this.#deps.clock.now() < until && this.#health.waitsUntil() === undefined;
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
      await this.#settleAll(this.#resultsOf([...open.values()], error, batch.length === 1));
      throw withoutPersonalValues(error, batch);
    }
  }

  /** Asks for results of accepted Deliveries, looks up new records, and returns the Deliveries that remain to be sent. */
  async #lookFirst(sent: readonly Delivery[], open: Map<DeliveryId, Delivery>, signal: AbortSignal): Promise<readonly Delivery[]> {
    const toSend: Delivery[] = [];
    for (const delivery of sent) {
      if (delivery.receipt !== undefined && this.#connection.settle !== undefined) {
        const outcome = await this.#connection.settle(delivery.receipt, signal);
        await this.#answer(delivery, outcome, open, signal);
      } else if (delivery.action !== 'create') {
        toSend.push(delivery);
      } else if (this.#canLookUp(delivery)) {
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

  /** A look-up that fails for one person, at a working Target, is that person's own failure: other people are still delivered. */
  async #lookBeforeCreate(delivery: Delivery, signal: AbortSignal): Promise<Settlement | 'send'> {
    try {
      const found = await this.#find(delivery, signal);
      return judgeFound(delivery, 'beforeCreate', found, '', await this.#contextOf(delivery, found));
    } catch (error) {
      if (!(error instanceof TargetUnavailable) || signal.aborted) throw error;
      await this.#assertWorks(signal);
      return asRetry(delivery, untried(delivery), `cannot be looked up: ${error.message}`, error.afterMs, {
        ...this.#context(),
        charge: true,
      });
    }
  }

  async #deliver(toSend: readonly Delivery[], open: Map<DeliveryId, Delivery>, signal: AbortSignal): Promise<void> {
    const notAfter = new Date(this.#deps.clock.now().getTime() + callLimitMs);
    const answers: Promise<void>[] = [];
    let failure: unknown;
    await this.#deps.scheduler.nextCall();
    try {
      for await (const { delivery: id, outcome } of this.#connection.deliver(toSend, { signal, notAfter })) {
        const delivery = open.get(id);
        // Not awaited one by one: answers that arrive together share a commit.
        if (delivery === undefined) continue;
        const answer = this.#answer(delivery, outcome, open, signal);
        // One that fails while the next answer is awaited is judged below; without a handler until then it would end the process.
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
    // A wrong base path answers 404 to everything: a missing record is believed only of a Target that works.
    if (outcome.status === 'missing') await this.#assertWorks(signal);
    if (outcome.status === 'missing' && delivery.action === 'delete') await this.#countMissing();
    const verdict = judgeOutcome(delivery, outcome, this.#context());
    this.#note(outcome);
    if (verdict.is === 'settle') {
      const holders = outcome.status === 'exists' && delivery.action === 'update' ? await this.#holdersOf(delivery) : [];
      return this.#settle({ ...verdict.settlement, ...(holders.length > 0 && { blockedBy: holders }) }, delivery, open);
    }
    await this.#settle(await this.#lookUp(delivery, verdict.why, verdict.answer, signal), delivery, open);
  }

  async #lookUp(delivery: Delivery, why: LookUpReason, answer: string, signal: AbortSignal): Promise<Settlement> {
    if (why === 'missing') {
      await this.#countMissing();
      const visibleAt = await this.#visibleAt(delivery);
      if (visibleAt !== undefined)
        return { delivery: delivery.id, state: untried(delivery), answer, notBefore: visibleAt, recheckAt: visibleAt };
    }
    const found = this.#canLookUp(delivery) ? await this.#find(delivery, signal) : [];
    const settlement = judgeFound(delivery, why, found, answer, await this.#contextOf(delivery, found));
    return settlement === 'send' ? asParked(delivery, answer, this.#context()) : settlement;
  }

  /** A Record without match fields cannot be looked up: an empty answer would say nothing about it. */
  #canLookUp(delivery: Delivery): boolean {
    return this.#connection.find !== undefined && toMatchKeys(this.#definition.match, delivery.rows[0]).length > 0;
  }

  async #find(delivery: Delivery, signal: AbortSignal): Promise<readonly Found[]> {
    await this.#deps.scheduler.nextCall();
    return (await this.#connection.find?.(delivery, signal)) ?? [];
  }

  /** When what was written last can be seen there; `undefined` when it can already. */
  async #visibleAt({ subject }: Delivery): Promise<Date | undefined> {
    const [shadow] = await this.#deps.store.shadows.get(this.#definition.target, [subject]);
    if (shadow === undefined) return undefined;
    const visibleAt = new Date(shadow.at.getTime() + this.#connection.visibleAfterMs);
    return visibleAt > this.#deps.clock.now() ? visibleAt : undefined;
  }

  /** Whose records have the match fields of this one: when they change, it is planned again. */
  async #holdersOf({ subject, rows }: Delivery): Promise<readonly SubjectRef[]> {
    const keys = toMatchKeys(this.#definition.match, rows[0]);
    const [claims] = await this.#deps.store.shadows.claims(this.#definition.target, [{ subject, keys }]);
    return claims?.by.map((claim) => claim.subject) ?? [];
  }

  async #assertWorks(signal: AbortSignal): Promise<void> {
    try {
      await this.#connection.probe(signal);
    } catch (error) {
      const message = messageOf(error);
      // Nothing was written: the "missing" came from a different system.
      if (error instanceof TargetRefused) throw error;
      throw new TargetUnavailable(message, { cause: error, hint: 'check the address: a different system answers there' });
    }
  }

  async #countMissing(): Promise<void> {
    const { active } = await this.#deps.store.shadows.count(this.#definition.target);
    if (this.#health.missed(this.#definition.guard.removals.share, active)) {
      const { target } = this.#definition;
      throw new TooManyMissing(
        `many records are missing at the target. If the product was emptied: ${toOwnCommand('apply', target, '--resend')}. If the address is wrong, correct it and apply. If people deleted them: ${toOwnCommand('resume', target)}`,
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

  /** What becomes of Deliveries without an answer when the Target failed. */
  #resultsOf(unanswered: readonly Delivery[], error: unknown, alone: boolean): readonly Settlement[] {
    const known = error instanceof TargetUnavailable || error instanceof TargetRefused || error instanceof TooManyMissing;
    const mayHaveLeft = known ? new Set(error instanceof TooManyMissing ? [] : error.mayHaveLeft) : undefined;
    const answer = messageOf(error);
    return unanswered.map((delivery) => this.#resultOf(delivery, answer, mayHaveLeft?.has(delivery.id) ?? true, alone));
  }

  #resultOf(delivery: Delivery, answer: string, left: boolean, alone: boolean): Settlement {
    const now = this.#deps.clock.now();
    if (!left)
      return {
        delivery: delivery.id,
        state: untried(delivery),
        notBefore: now,
        answer,
        ...(delivery.wasUnclear ? {} : { recheckAt: now }),
      };
    if (alone && delivery.soloFailures + 1 >= maxSoloFailures) {
      return { ...asParked(delivery, `the connector failed on this person ${maxSoloFailures} times: ${answer}`, { now }), soloFailures: 1 };
    }
    const notBefore = new Date(now.getTime() + this.#connection.visibleAfterMs);
    return { delivery: delivery.id, state: 'unclear', notBefore, answer, wasUnclear: true, ...(alone && { soloFailures: 1 }) };
  }

  /** With the keys of other people among several records that were found: two who swap their e-mails have the same one for a moment. */
  async #contextOf({ subject }: Delivery, found: readonly Found[]): Promise<VerdictContext> {
    if (found.length < 2) return this.#context();
    const keys = found.flatMap(({ key }) => key ?? []);
    const holders = await this.#deps.store.shadows.holders(this.#definition.target, keys);
    const others = [...holders].filter(([, holder]) => subjectKey(holder) !== subjectKey(subject));
    return { ...this.#context(), othersKeys: new Set(others.map(([key]) => key)) };
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

/** The text for `status` when a Target's Attempts failed in a row; contains no personal data. */
function toTrouble({ fact }: { readonly fact?: string }): string {
  return fact ?? 'several attempts in a row failed; the answers are shown with each person';
}

/** The record whose key a settlement wanted to write, or to go on with. */
function nameRecord({ shadow, goesOnAs }: Settlement): string {
  const key = shadow === undefined || shadow === 'forget' ? goesOnAs?.key : shadow.key;
  return key === undefined ? 'the record' : `record ${key}`;
}

/** In their order, in batches; a Delivery that was in doubt goes alone, so that one poisonous record does not affect others. */
function toBatches(due: readonly Delivery[], size: number): Delivery[][] {
  const batches: Delivery[][] = [];
  let open: Delivery[] = [];
  for (const delivery of due) {
    if (delivery.wasUnclear || delivery.receipt !== undefined) {
      batches.push([delivery]);
      continue;
    }
    open.push(delivery);
    if (open.length === size) {
      batches.push(open);
      open = [];
    }
  }
  if (open.length > 0) batches.push(open);
  return batches;
}
