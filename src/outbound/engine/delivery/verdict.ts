// Decides what happens to a Delivery after each Outcome.
import type { Delivery } from '../../../domain/delivery.ts';
import type { Outcome } from '../../../domain/outcome.ts';
import { toMatchKeys, type OutboundRecord } from '../../../domain/record.ts';
import { shadowAfter, type ShadowWrite } from '../../../domain/shadow.ts';
import type { Action } from '../../../domain/target.ts';
import type { Found } from '../../drivers/driver.ts';
import type { Settlement } from '../../../store/engine-store.ts';
import { backoffMs, maxWaitMs, recordRetry } from './retry.ts';

/** The circumstances of a Verdict, in addition to the Delivery. */
export interface VerdictContext {
  /** Keys of found records that belong to other people. Missing if there are none. */
  readonly othersKeys?: ReadonlySet<string>;
  readonly now: Date;
  /** The match alternatives of the Connector. */
  readonly match: readonly (readonly string[])[];
  readonly can: ReadonlySet<Action>;
  /** Max time until a look-up finds a new record, in milliseconds. */
  readonly visibleAfterMs: number;
  /** Random number from 0 to 1. */
  readonly jitter: number;
  /** False while the Target as a whole fails: the Attempt then does not count towards parking. */
  readonly charge: boolean;
}

/** Why a record is looked up at the Target. */
export type LookUpReason = 'beforeCreate' | 'exists' | 'missing';

/** The engine's decision about an Outcome: a Settlement, or a look-up first. */
export type Verdict =
  | { readonly is: 'settle'; readonly settlement: Settlement }
  | { readonly is: 'lookUp'; readonly why: LookUpReason; readonly answer: string };

/** Maps an Outcome to a Verdict by a fixed table. Pure. */
export function judgeOutcome(delivery: Delivery, outcome: Outcome, context: VerdictContext): Verdict {
  switch (outcome.status) {
    case 'done':
      return settle(asDone(delivery, outcome.key, context));
    case 'accepted':
      return settle({
        delivery: delivery.id,
        state: 'accepted',
        receipt: outcome.receipt,
        notBefore: after(context, outcome.checkAfterMs),
        answer: 'the target is processing it',
      });
    case 'retry':
      return settle(asRetry(delivery, untried(delivery), outcome.reason, outcome.afterMs, context));
    case 'unclear':
      return settle(asRetry(delivery, 'unclear', outcome.reason, undefined, context));
    case 'exists':
      return asExists(delivery, outcome, context);
    case 'missing':
      return asMissing(delivery, outcome.reason, context);
    case 'reject':
      return settle(asParked(delivery, outcome.reason, context));
  }
}

/**
 * Judges the result of a look-up. `found` contains all returned records; only those with exactly the same match fields count. Returns
 * `send` if the record was not found. A create in doubt whose record was not found waits until a look-up would certainly find it.
 */
export function judgeFound(
  delivery: Delivery,
  why: LookUpReason,
  found: readonly Found[],
  answer: string,
  context: VerdictContext,
): Settlement | 'send' {
  const ours = withoutOthers(
    found.filter((one) => isOurs(delivery, one, context)),
    context,
  );
  const [first] = ours;
  if (ours.length > 1) return asParked(delivery, `${ours.length} records at the target have the same match fields`, context);
  switch (why) {
    case 'beforeCreate':
      if (first !== undefined) return asAdopted(delivery, first, context);
      if (isTooEarly(delivery, context)) return asTooEarly(delivery, context);
      return delivery.obsolete ? asDropped(delivery, 'record not found, and no longer needed', context) : 'send';
    case 'exists':
      return first === undefined ? asParked(delivery, answer, context) : asAdopted(delivery, first, context);
    case 'missing':
      return asRefound(delivery, first, answer, context);
  }
}

/**
 * If there are several records, omits those that are known to belong to other people. Returns all if there is only one, or if all belong to
 * others.
 */
function withoutOthers(ours: readonly Found[], { othersKeys }: VerdictContext): readonly Found[] {
  if (ours.length < 2 || othersKeys === undefined) return ours;
  const free = ours.filter(({ key }) => key === undefined || !othersKeys.has(key));
  return free.length === 0 ? ours : free;
}

/**
 * Judges a create at a Target without look-ups. If it is in doubt, it is parked until an operator has checked the product and retries. It is
 * then sent again, or dropped if it is no longer wanted.
 */
export function judgeWithoutLookUp(delivery: Delivery, context: Pick<VerdictContext, 'now'>): Settlement | 'send' {
  if (!delivery.wasUnclear) return 'send';
  if (!delivery.checked) {
    return asParked(delivery, `${delivery.answer}; the record may exist, and this connector cannot look it up`, context);
  }
  return delivery.obsolete ? asDropped(delivery, 'checked manually; the create is no longer needed', context) : 'send';
}

/**
 * True while a look-up may miss the record of a create in doubt. This can happen after a crash, because the look-up is then done as soon as
 * the daemon starts.
 */
function isTooEarly({ wasUnclear, answeredAt }: Delivery, { now, visibleAfterMs }: VerdictContext): boolean {
  return wasUnclear && answeredAt !== undefined && answeredAt.getTime() + visibleAfterMs > now.getTime();
}

function asTooEarly(delivery: Delivery, context: VerdictContext): Settlement {
  return { delivery: delivery.id, state: 'unclear', notBefore: after(context, context.visibleAfterMs), answer: delivery.answer };
}

/** Cancels a create. Its Subject is planned again. */
function asDropped(delivery: Delivery, answer: string, { now }: Pick<VerdictContext, 'now'>): Settlement {
  return { delivery: delivery.id, state: 'superseded', answer, recheckAt: now };
}

/** The state of a Delivery that was not sent: *unclear* if it was in doubt before, otherwise *queued*. */
export function untried(delivery: Delivery): 'queued' | 'unclear' {
  return delivery.wasUnclear ? 'unclear' : 'queued';
}

/** Parks a Delivery until a person acts. */
export function asParked(delivery: Delivery, answer: string, context: Pick<VerdictContext, 'now'>): Settlement {
  return { delivery: delivery.id, state: 'parked', answer, recheckAt: context.now };
}

/** Adopts an existing record: stores its key, and updates the record unless it certainly has the same content already. */
function asAdopted(delivery: Delivery, found: Found, context: VerdictContext): Settlement {
  const keys = toMatchKeys(context.match, delivery.rows[0]);
  const key = found.key === undefined ? {} : { key: found.key };
  // The content is certainly equal only if it was written by our own create. Any other record may be disabled, and an update would activate
  // it.
  const equal = delivery.wasUnclear && isContained(delivery.rows[0], found.record);
  // An update would activate the record. The create is obsolete, so the next plan decides what happens to the record.
  if (delivery.obsolete) {
    const shadow: ShadowWrite = { ...key, active: true, sent: equal ? delivery.rows : [], keys };
    return {
      delivery: delivery.id,
      state: 'done',
      answer: 'record found; the planned record has changed since the create was planned',
      shadow,
      recheckAt: context.now,
    };
  }
  if (equal || !context.can.has('update')) {
    const shadow: ShadowWrite = { ...key, active: true, sent: delivery.rows, keys };
    return { delivery: delivery.id, state: 'done', answer: 'existing record adopted', shadow, recheckAt: context.now };
  }
  return {
    delivery: delivery.id,
    state: 'queued',
    notBefore: context.now,
    answer: 'existing record adopted; an update follows',
    goesOnAs: { action: 'update', ...key },
    shadow: { ...key, active: true, sent: [], keys },
    recheckAt: context.now,
  };
}

function asDone(delivery: Delivery, key: string | undefined, context: VerdictContext): Settlement {
  const carriedOut = key === undefined ? delivery : { ...delivery, key };
  const shadow = shadowAfter(carriedOut, toMatchKeys(context.match, delivery.rows[0]));
  return { delivery: delivery.id, state: 'done', answer: 'done', recheckAt: context.now, shadow };
}

function asExists(delivery: Delivery, outcome: Extract<Outcome, { status: 'exists' }>, context: VerdictContext): Verdict {
  if (delivery.action !== 'create')
    return settle(asParked(delivery, `another record already has these values: ${outcome.reason}`, context));
  if (outcome.key === undefined) return { is: 'lookUp', why: 'exists', answer: outcome.reason };
  return settle(asAdopted(delivery, { key: outcome.key, record: {} }, context));
}

function asMissing(delivery: Delivery, reason: string, context: VerdictContext): Verdict {
  switch (delivery.action) {
    case 'create':
      return settle(asParked(delivery, reason, context));
    case 'delete':
      return settle({
        delivery: delivery.id,
        state: 'done',
        answer: 'the record no longer existed',
        shadow: 'forget',
        recheckAt: context.now,
      });
    case 'update':
    case 'deactivate':
      return { is: 'lookUp', why: 'missing', answer: reason };
  }
}

function asRefound(delivery: Delivery, found: Found | undefined, answer: string, context: VerdictContext): Settlement {
  if (found === undefined) {
    return {
      delivery: delivery.id,
      state: 'superseded',
      answer: `${answer}: the record no longer exists and is planned again`,
      shadow: 'forget',
      recheckAt: context.now,
    };
  }
  if (delivery.rekeyed || found.key === undefined) return asParked(delivery, `${answer}, although a look-up finds the record`, context);
  return {
    delivery: delivery.id,
    state: 'queued',
    notBefore: context.now,
    answer: 'found again under a different key',
    rekeyed: true,
    goesOnAs: { action: delivery.action, key: found.key },
    recheckAt: context.now,
  };
}

/** Retries a Delivery with back-off, and parks it after ten failures caused by this Delivery. */
export function asRetry(
  delivery: Delivery,
  state: 'queued' | 'unclear',
  reason: string,
  afterMs: number | undefined,
  context: VerdictContext,
): Settlement {
  const attempts = delivery.attempts + 1;
  // A create in doubt is never parked because of its number of Attempts: if it were then dropped, its record could stay at the Target
  // without an owner.
  const mayPark = !(state === 'unclear' && delivery.action === 'create');
  if (mayPark && context.charge && attempts >= recordRetry.maxAttempts) return asParked(delivery, `${reason} (${attempts} times)`, context);
  const wait = backoffMs(attempts, recordRetry.baseMs, recordRetry.capMs, context.jitter);
  return {
    delivery: delivery.id,
    state,
    answer: reason,
    notBefore: after(context, Math.max(Math.min(afterMs ?? wait, maxWaitMs), state === 'unclear' ? context.visibleAfterMs : 0)),
    ...(context.charge && { attempts: 1 }),
    ...(state === 'unclear' ? { wasUnclear: true } : { recheckAt: context.now }),
  };
}

/** True if a found record has the same match fields in one alternative, ignoring case. `joann@` does not equal `ann@`. */
function isOurs(delivery: Delivery, found: Found, { match }: VerdictContext): boolean {
  const ours = toMatchKeys(match, delivery.rows[0]);
  const theirs = toMatchKeys(match, found.record);
  return ours.some((key) => theirs.some((other) => other.index === key.index && other.value === key.value));
}

function isContained(ours: OutboundRecord | undefined, theirs: OutboundRecord): boolean {
  return ours !== undefined && Object.entries(ours).every(([field, value]) => JSON.stringify(theirs[field]) === JSON.stringify(value));
}

function settle(settlement: Settlement): Verdict {
  return { is: 'settle', settlement };
}

function after(context: VerdictContext, ms: number): Date {
  return new Date(context.now.getTime() + ms);
}
