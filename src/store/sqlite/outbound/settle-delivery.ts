// Stores the result of an Attempt: Delivery, Shadow, Recheck.
import { type Cause, type Delivery, type DeliveryState, openStates } from '../../../domain/delivery.ts';
import type { SubjectRef, TargetName } from '../../../domain/ids.ts';
import type { SettleResult, Settlement } from '../../engine-store.ts';
import { claimsKeys, type OutboundRows } from './outbound-rows.ts';
import { isSameSubject } from './subject-columns.ts';

interface Numbered {
  readonly settlement: Settlement;
  readonly delivery: Delivery;
}

/** Stores the results of Attempts. Runs within a unit. */
export class Settler {
  readonly #rows: OutboundRows;

  constructor(rows: OutboundRows) {
    this.#rows = rows;
  }

  /**
   * Stores settlements in the order of their Deliveries. If the key of one is taken, it is tried again after the others, because one of
   * them may give up the key.
   * @throws {Error} for a Delivery of another Target, or one that is already settled (a bug).
   */
  settle(target: TargetName, settlements: readonly Settlement[], now: Date): readonly SettleResult[] {
    const takenBy = new Map<number, SubjectRef>();
    let waiting = settlements.map((settlement) => this.#number(target, settlement)).toSorted((a, b) => a.delivery.id - b.delivery.id);
    for (let left = Number.POSITIVE_INFINITY; waiting.length < left;) {
      left = waiting.length;
      waiting = waiting.filter((one) => this.#isRefused(one, takenBy, now));
    }
    return settlements.map(({ delivery }) => {
      const by = waiting.some((one) => one.delivery.id === delivery) ? takenBy.get(delivery) : undefined;
      return by === undefined ? { delivery, is: 'settled' } : { delivery, is: 'keyTaken', by };
    });
  }

  #number(target: TargetName, settlement: Settlement): Numbered {
    const delivery = this.#rows.deliveries.get(settlement.delivery);
    if (delivery?.target !== target || !openStates.includes(delivery.state)) {
      throw new Error(`Internal error: ${target} has no open delivery ${settlement.delivery}`);
    }
    return { settlement, delivery };
  }

  /** Stores one settlement. Returns true, and writes nothing, if another Subject has its key. */
  #isRefused(one: Numbered, takenBy: Map<number, SubjectRef>, now: Date): boolean {
    const { target, subject, id } = one.delivery;
    const key = keyAfter(one.settlement);
    const holder = key === undefined ? undefined : this.#rows.shadows.holderOf(target, key);
    if (holder !== undefined && !isSameSubject(holder, subject)) {
      takenBy.set(id, holder);
      return true;
    }
    this.#write(one, now);
    return false;
  }

  #write({ settlement, delivery }: Numbered, now: Date): void {
    const { target, subject } = delivery;
    const { rechecks, blocks, keys } = this.#rows;
    const tookActive = settlement.shadow !== undefined && this.#rows.writeShadow(delivery, settlement.shadow, now);
    this.#writeDelivery(settlement, delivery, tookActive, now);
    const state = settlement.state;
    const isOpen = openStates.includes(state);
    const goesOn = isOpen && claimsKeys(delivery.action) && (settlement.goesOnAs?.action ?? delivery.action) === delivery.action;
    if (!goesOn || settlement.blockedBy !== undefined) keys.clear(target, subject, 'open');
    if (settlement.blockedBy !== undefined) blocks.set(target, subject, settlement.blockedBy);
    else if (!isOpen) blocks.clear(target, subject);
    rechecks.add(target, { subject, at: settlement.recheckAt ?? now, cause: 'settled' });
    // Otherwise two Subjects that are parked because of each other would be retried in turn, permanently.
    if (settlement.shadow !== undefined || !staysOpen(settlement, delivery)) blocks.free(target, subject, now);
    else blocks.freeWaiting(target, subject, now);
  }

  #writeDelivery(settlement: Settlement, delivery: Delivery, tookActive: boolean, now: Date): void {
    const { state, goesOnAs } = settlement;
    this.#rows.deliveries.settle(delivery.id, {
      state,
      action: goesOnAs?.action ?? delivery.action,
      cause: causeAfter(settlement, delivery),
      key: goesOnAs?.key ?? delivery.key,
      attempts: delivery.attempts + (settlement.attempts ?? 0),
      soloFailures: delivery.soloFailures + (settlement.soloFailures ?? 0),
      wasUnclear: delivery.wasUnclear || settlement.wasUnclear === true || state === 'unclear',
      rekeyed: delivery.rekeyed || settlement.rekeyed === true,
      blocked: settlement.blockedBy !== undefined,
      tookActive,
      notBefore: settlement.notBefore ?? now,
      settledAt: isSettled(state) ? now : undefined,
      answeredAt: now,
      receipt: settlement.receipt ?? delivery.receipt,
      answer: settlement.answer,
    });
  }
}

/**
 * True while the Delivery keeps its claims. This settlement then does not unblock other Subjects, except those that only waited for an
 * answer.
 */
function staysOpen({ state, blockedBy }: Settlement, { action }: Delivery): boolean {
  return openStates.includes(state) && !(action === 'create' && blockedBy !== undefined);
}

/** The key that a settlement writes or continues with. Another Subject may have it. */
function keyAfter({ shadow, goesOnAs }: Settlement): string | undefined {
  return shadow === undefined || shadow === 'forget' ? goesOnAs?.key : shadow.key;
}

/** A create that continues as an update has found an existing record, and the Guard does not count it as a change. */
function causeAfter({ goesOnAs }: Settlement, { action, cause }: Delivery): Cause {
  return action === 'create' && goesOnAs?.action === 'update' ? 'adopted' : cause;
}

function isSettled(state: DeliveryState): boolean {
  return !openStates.includes(state);
}
