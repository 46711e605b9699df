// Decides what each Outcome means for each Action.
import type { Delivery } from '../../../domain/delivery.ts';
import type { Outcome } from '../../../domain/outcome.ts';
import { toMatchKeys, type OutboundRecord } from '../../../domain/record.ts';
import { shadowAfter, type ShadowWrite } from '../../../domain/shadow.ts';
import type { Action } from '../../../domain/target.ts';
import type { Found } from '../../drivers/driver.ts';
import type { Settlement } from '../../../store/engine-store.ts';
import { backoffMs, maxWaitMs, recordRetry } from './retry.ts';

/** Context of a Verdict, in addition to the Delivery. */
export interface VerdictContext {
  /** Keys that were found and are other people's records; none when missing. */
  readonly othersKeys?: ReadonlySet<string>;
  readonly now: Date;
  /** The Connector's match alternatives. */
  readonly match: readonly (readonly string[])[];
  readonly can: ReadonlySet<Action>;
  /** How long after a write `find` may still miss it. */
  readonly visibleAfterMs: number;
  /** 0 to 1. */
  readonly jitter: number;
  /** False while the Target as a whole fails: an outage costs no Attempts. */
  readonly charge: boolean;
}

/** Why a record is looked up at the Target. */
export type LookUpReason = 'beforeCreate' | 'exists' | 'missing';

/** The engine's decision about an Outcome: a Settlement, or a look-up first. */
export type Verdict =
  | { readonly is: 'settle'; readonly settlement: Settlement }
  | { readonly is: 'lookUp'; readonly why: LookUpReason; readonly answer: string };

/** Judges an Outcome by a fixed table. Pure. */
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
 * Judges the result of a look-up. `found` contains all records; those with exactly our match fields count.
 * `send`: not found (or there is no look-up), so send it. A create in doubt that is not found waits until a look-up could find it.
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
      return delivery.obsolete ? asDropped(delivery, 'not found, and no longer needed', context) : 'send';
    case 'exists':
      return first === undefined ? asParked(delivery, answer, context) : asAdopted(delivery, first, context);
    case 'missing':
      return asRefound(delivery, first, answer, context);
  }
}

/** Of several records, those that are known to be other people's are set aside. Where all of them are, or there is one only, nothing is. */
function withoutOthers(ours: readonly Found[], { othersKeys }: VerdictContext): readonly Found[] {
  if (ours.length < 2 || othersKeys === undefined) return ours;
  const free = ours.filter(({ key }) => key === undefined || !othersKeys.has(key));
  return free.length === 0 ? ours : free;
}

/**
 * Judges a create at a Target without look-ups. In doubt, it waits for a person, who checks the product and then retries: the create is sent
 * again, or dropped if it is no longer wanted.
 */
export function judgeWithoutLookUp(delivery: Delivery, context: Pick<VerdictContext, 'now'>): Settlement | 'send' {
  if (!delivery.wasUnclear) return 'send';
  if (!delivery.checked) {
    return asParked(delivery, `${delivery.answer}; the record may exist, and this connector cannot look it up`, context);
  }
  return delivery.obsolete ? asDropped(delivery, 'checked by a person, and no longer needed', context) : 'send';
}

/** True while a look-up may miss the record of a create in doubt: after a crash it is looked up as soon as the daemon starts. */
function isTooEarly({ wasUnclear, answeredAt }: Delivery, { now, visibleAfterMs }: VerdictContext): boolean {
  return wasUnclear && answeredAt !== undefined && answeredAt.getTime() + visibleAfterMs > now.getTime();
}

function asTooEarly(delivery: Delivery, context: VerdictContext): Settlement {
  return { delivery: delivery.id, state: 'unclear', notBefore: after(context, context.visibleAfterMs), answer: delivery.answer };
}

/** A create that is cancelled: its Subject is planned again. */
function asDropped(delivery: Delivery, answer: string, { now }: Pick<VerdictContext, 'now'>): Settlement {
  return { delivery: delivery.id, state: 'superseded', answer, recheckAt: now };
}

/** The state of a Delivery that was not attempted: one that was in doubt stays in doubt. */
export function untried(delivery: Delivery): 'queued' | 'unclear' {
  return delivery.wasUnclear ? 'unclear' : 'queued';
}

/** Parks a Delivery: it needs a person. */
export function asParked(delivery: Delivery, answer: string, context: Pick<VerdictContext, 'now'>): Settlement {
  return { delivery: delivery.id, state: 'parked', answer, recheckAt: context.now };
}

/** Adopts an existing record: it is ours from now on, and gets an update unless it certainly equals ours already. */
function asAdopted(delivery: Delivery, found: Found, context: VerdictContext): Settlement {
  const keys = toMatchKeys(context.match, delivery.rows[0]);
  const key = found.key === undefined ? {} : { key: found.key };
  // Our own create that was in doubt wrote it; anything else may be disabled there, and an update means active.
  const equal = delivery.wasUnclear && isContained(delivery.rows[0], found.record);
  // An update would mean active: for a create that is obsolete, the next plan decides what becomes of the record.
  if (delivery.obsolete) {
    const shadow: ShadowWrite = { ...key, active: true, sent: equal ? delivery.rows : [], keys };
    return { delivery: delivery.id, state: 'done', answer: 'found; the planned record has changed since', shadow, recheckAt: context.now };
  }
  if (equal || !context.can.has('update')) {
    const shadow: ShadowWrite = { ...key, active: true, sent: delivery.rows, keys };
    return { delivery: delivery.id, state: 'done', answer: 'existing record adopted', shadow, recheckAt: context.now };
  }
  return {
    delivery: delivery.id,
    state: 'queued',
    notBefore: context.now,
    answer: 'existing record adopted; it is updated next',
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
      answer: `${answer}: the record no longer exists; planned again`,
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

/** Retries a Delivery with back-off; parks it after ten failures caused by this Delivery. */
export function asRetry(
  delivery: Delivery,
  state: 'queued' | 'unclear',
  reason: string,
  afterMs: number | undefined,
  context: VerdictContext,
): Settlement {
  const attempts = delivery.attempts + 1;
  // A create in doubt is never parked for its number of tries: if it were dropped, its record could stay without an owner.
  const mayPark = !(state === 'unclear' && delivery.action === 'create');
  if (mayPark && context.charge && attempts >= recordRetry.most) return asParked(delivery, `${reason} (${attempts} times)`, context);
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

/** True when a found record's match fields equal ours in one alternative, ignoring case: `joann@` is not `ann@`. */
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
