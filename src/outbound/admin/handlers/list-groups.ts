// Reads the groups of people that `list` shows: parked, on hold, without a valid row, and so on.
import type { ListGroup, ListItem } from '../../../admin/reports/list-report.ts';
import type { Delivery, DeliveryState, Hold } from '../../../domain/delivery.ts';
import type { SubjectRef, TargetName } from '../../../domain/ids.ts';
import type { OutboundRecord } from '../../../domain/record.ts';
import type { OutboundStore } from '../../../store/outbound.ts';
import type { Decided } from '../../../store/outbound-reads.ts';
import { usageError } from '../parse-input.ts';
import { showTime } from '../../../domain/wording.ts';
import { nameCause, nameReason } from '../../../domain/sentences.ts';

/** One entry of a list, before the person's name and next step are added. `rows` are those of the open Delivery. */
export interface ListedSubject extends Omit<ListItem, 'person' | 'next'> {
  readonly subject: SubjectRef;
  readonly rows: readonly OutboundRecord[];
}

/** A page of one group. */
export interface GroupPage {
  readonly page: readonly ListedSubject[];
  readonly next?: string;
}

/** The Delivery states that belong to each group. Groups that are not based on Deliveries are missing. */
const statesOf: Readonly<Partial<Record<ListGroup, readonly DeliveryState[]>>> = {
  parked: ['parked'],
  held: ['held'],
  inDoubt: ['unclear'],
  queued: ['queued', 'sending', 'accepted'],
};

/** Number of people in each of these groups. */
export async function countGroups(
  store: OutboundStore,
  target: TargetName,
  groups: readonly ListGroup[],
): Promise<ReadonlyMap<ListGroup, number>> {
  const deliveries = groups.some((group) => statesOf[group] !== undefined) ? await store.outbox.counts(target) : undefined;
  const counts = groups.map(async (group) => [group, await countGroup(store, target, group, deliveries)] as const);
  return new Map(await Promise.all(counts));
}

async function countGroup(
  store: OutboundStore,
  target: TargetName,
  group: ListGroup,
  deliveries: Readonly<Record<DeliveryState, number>> | undefined,
): Promise<number> {
  switch (group) {
    case 'parked':
    case 'held':
    case 'inDoubt':
    case 'queued':
      return (statesOf[group] ?? []).reduce((sum, state) => sum + (deliveries?.[state] ?? 0), 0);
    case 'noRow':
      return store.noRows.count(target);
    case 'leaving':
      return (await store.shadows.leavers(target)).running;
    case 'rejected':
      return store.decisions.countRejections(target);
  }
}

/** Reads a page of at most `limit` people of one group. `after` is the `next` of the previous page. */
export async function readGroup(
  store: OutboundStore,
  target: TargetName,
  group: ListGroup,
  limit: number,
  after: string | undefined,
): Promise<GroupPage> {
  switch (group) {
    case 'parked':
    case 'held':
    case 'inDoubt':
    case 'queued':
      return readDeliveries(store, target, statesOf[group] ?? [], limit, after);
    case 'noRow':
      return readNoRows(store, target, limit, after);
    case 'leaving':
      return readLeavers(store, target, limit, after);
    case 'rejected':
      return readRejections(store, target, limit, after);
  }
}

async function readDeliveries(
  store: OutboundStore,
  target: TargetName,
  states: readonly DeliveryState[],
  limit: number,
  after: string | undefined,
): Promise<GroupPage> {
  const before = after === undefined ? undefined : readDeliveryId(after);
  const [found, holds] = await Promise.all([
    store.outbox.list(target, states, limit + 1, before),
    states.includes('held') ? store.outbox.holds(target) : [],
  ]);
  const page = found.slice(0, limit);
  return {
    page: page.map((delivery) => ({
      subject: delivery.subject,
      rows: delivery.rows,
      state: delivery.state,
      action: delivery.action,
      reason: reasonOf(delivery, holds),
      since: delivery.state === 'parked' ? (delivery.answeredAt ?? delivery.createdAt) : delivery.createdAt,
    })),
    ...nextOf(found, limit, String(page.at(-1)?.id)),
  };
}

function readDeliveryId(after: string): number {
  if (!/^\d{1,15}$/.test(after)) throw usageError('after: invalid; use the `next` of the previous page');
  return Number(after);
}

function reasonOf({ state, answer, removal, cause, hold: number }: Delivery, holds: readonly Hold[]): string {
  const removed = removal === undefined ? undefined : `the person ${nameReason(removal.reason, removal.condition)}`;
  if (state === 'held') return removed ?? holds.find((hold) => hold.number === number)?.why ?? 'too many changes at once';
  return answer === '' ? (removed ?? nameCause(cause)) : answer;
}

async function readNoRows(store: OutboundStore, target: TargetName, limit: number, after: string | undefined): Promise<GroupPage> {
  const found = await store.noRows.page(target, after, limit + 1);
  const page = found.slice(0, limit);
  return {
    page: page.map(({ subject, why, since }) => ({ subject, rows: [], state: 'noRow', reason: why, since })),
    ...nextOf(found, limit, page.at(-1)?.subject.id),
  };
}

async function readLeavers(store: OutboundStore, target: TargetName, limit: number, after: string | undefined): Promise<GroupPage> {
  const found = await store.shadows.leaving(target, after, limit + 1);
  const page = found.slice(0, limit);
  const [shadows, open] = await Promise.all([store.shadows.get(target, page), store.outbox.open(target, page)]);
  return {
    // The person may have returned between the two reads.
    page: shadows.flatMap(({ subject, leaving }): readonly ListedSubject[] => {
      if (leaving === undefined) return [];
      const action = open.find((delivery) => delivery.subject.id === subject.id)?.action;
      const reason = `the person ${nameReason(leaving.reason, leaving.condition)}`;
      return [{ subject, rows: [], state: 'leaving', reason, since: leaving.since, ...(action !== undefined && { action }) }];
    }),
    ...nextOf(found, limit, page.at(-1)?.id),
  };
}

async function readRejections(store: OutboundStore, target: TargetName, limit: number, after: string | undefined): Promise<GroupPage> {
  const found = await store.decisions.rejections(target, after, limit + 1);
  const page = found.slice(0, limit);
  return {
    page: page.map(({ subject, decision }) => ({
      subject,
      rows: [],
      state: 'rejected',
      reason: describeRejection(decision),
      since: decision.at,
    })),
    ...nextOf(found, limit, page.at(-1)?.subject.id),
  };
}

function describeRejection(decision: Decided['decision']): string {
  const signed = `rejected by ${decision.by} on ${showTime(decision.at)}`;
  return decision.is === 'removalRejected'
    ? `removal ${signed}; the person ${nameReason(decision.reason, decision.condition)}`
    : `change ${signed}`;
}

/** The `next` of a page of `limit`; `found` has one more if there are more. */
export function nextOf(found: readonly unknown[], limit: number, next: string | undefined): Pick<GroupPage, 'next'> {
  return found.length > limit && next !== undefined ? { next } : {};
}
