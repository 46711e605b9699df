// Reads the holds and rejections of a Target, and selects the people to accept, reject or withdraw.
import { toOwnCommand } from '../../../domain/own-command.ts';
import type {
  HeldPerson,
  HoldOptions,
  HoldReport,
  HoldsOptions,
  HoldsReport,
  Rejection,
  RejectionsReport,
  WithdrawOptions,
} from '../../../admin/reports/hold-report.ts';
import { CommandRefused } from '../../../domain/errors.ts';
import type { Delivery, Hold } from '../../../domain/delivery.ts';
import type { SubjectRef, TargetName } from '../../../domain/ids.ts';
import type { Target } from '../../../domain/target.ts';
import { chooseOpenHolds } from '../../engine/guard/open-holds.ts';
import type { OutboundStore } from '../../../store/outbound.ts';
import type { Decided } from '../../../store/outbound-reads.ts';
import type { HoldChoice, RejectionChoice } from '../../../store/engine-store.ts';
import { nameCause, nameLeaver, nameReason } from '../../../domain/sentences.ts';
import { usageError } from '../parse-input.ts';
import type { HandlerDeps } from './handler-deps.ts';
import { matchPeople } from './match-people.ts';
import { previewEdit } from './preview-edit.ts';
import { labelPeople, type SubjectRows } from './person-label.ts';
import { requireTarget } from './look-up-targets.ts';

/** Number of people shown for a hold. `list` shows all of them. */
const peopleShown = 20;

/** Number of people read at once. */
const pageSize = 500;

/**
 * The open holds of a Target with the first people of each. If people are named, only these, and only the holds that contain them.
 * @throws {CommandRefused} if the Target has no open hold, the hold is not open, or a person is not in it.
 */
export async function readHolds(deps: HandlerDeps, name: string, { hold, persons }: HoldsOptions = {}): Promise<HoldsReport> {
  const { store, clock } = deps.engineDeps;
  const target = await requireTarget(deps, name);
  const all = await store.outbox.holds(name);
  const open = chooseOpenHolds(all, name, hold);
  const subjects = persons === undefined ? undefined : await findHeld(deps, target, hold, persons);
  const chosen = subjects === undefined ? undefined : await store.outbox.open(name, subjects);
  const edit = await previewEdit(deps, target, deps.readFiles());
  const reports = await Promise.all(
    open.map((one) => reportHold(deps, target, one, { chosen, withdrawn: edit?.preview?.withdrawn.get(one.number) ?? 0 })),
  );
  const held = all.reduce((sum, one) => sum + one.open, 0);
  return { target: name, now: clock.now(), holds: reports.filter((report) => report.chosen > 0), held };
}

async function reportHold(
  deps: HandlerDeps,
  target: Target,
  hold: Hold,
  { chosen, withdrawn }: { readonly chosen: readonly Delivery[] | undefined; readonly withdrawn: number },
): Promise<HoldReport> {
  const { number, what, why, at, open, revision } = hold;
  const { store } = deps.engineDeps;
  const held = chosen?.filter((delivery) => delivery.hold === number) ?? (await store.outbox.held(target.name, number, peopleShown));
  const people = await toPeople(deps, target, held);
  return { number, what, why, at, open, withdrawn, revision, chosen: chosen === undefined ? open : held.length, people };
}

async function toPeople({ engineDeps }: HandlerDeps, { definition }: Target, held: readonly Delivery[]): Promise<readonly HeldPerson[]> {
  const labels = await labelPeople(engineDeps, definition?.match ?? [], held);
  return held.map(({ subject, action, removal, cause, createdAt }) => ({
    person: labels.get(subject.id) ?? { id: subject.id, displayName: '', userName: '' },
    action,
    reason: removal === undefined ? nameCause(cause) : nameReason(removal.reason, removal.condition),
    since: removal?.since ?? createdAt,
  }));
}

/**
 * Selects the people to accept or reject.
 * @throws {DaemonError} `usage` if there is a revision but no hold; {CommandRefused} if a person is not on hold.
 */
export async function selectHeld(
  deps: HandlerDeps,
  name: string,
  { hold, revision, persons }: Omit<HoldOptions, 'by'>,
): Promise<HoldChoice> {
  if (revision !== undefined && hold === undefined) throw usageError('revision: requires a hold');
  const target = await requireTarget(deps, name);
  return {
    ...(hold !== undefined && { hold }),
    ...(revision !== undefined && { revision }),
    ...(persons !== undefined && { subjects: await findHeld(deps, target, hold, persons) }),
  };
}

function findHeld(deps: HandlerDeps, target: Target, hold: number | undefined, persons: readonly string[]): Promise<readonly SubjectRef[]> {
  return matchPeople(deps.engineDeps, persons, {
    pages: eachHeld(deps.engineDeps.store, target.name, hold),
    match: target.definition?.match ?? [],
    being: hold === undefined ? `on hold at ${target.name}` : `in hold ${hold} of ${target.name}`,
    list: toOwnCommand('list', target.name, '--held'),
  });
}

async function* eachHeld(store: OutboundStore, target: TargetName, hold: number | undefined): AsyncIterable<readonly Delivery[]> {
  for (let after = 0; ;) {
    const page = await store.outbox.held(target, hold, pageSize, after);
    if (page.length > 0) yield page;
    if (page.length < pageSize) return;
    after = page.at(-1)?.id ?? after;
  }
}

/**
 * The rejected removals of a Target that can still be withdrawn, with the first people or the named people.
 * @throws {CommandRefused} if there are none.
 */
export async function readRejections(deps: HandlerDeps, name: string, persons?: readonly string[]): Promise<RejectionsReport> {
  const { store, clock } = deps.engineDeps;
  const target = await requireTarget(deps, name);
  const now = clock.now();
  const count = await store.decisions.countRejections(name);
  if (count === 0)
    throw new CommandRefused(`nothing was rejected at ${name}`, { hint: `see: ${toOwnCommand('list', name, '--rejected')}` });
  const subjects = persons === undefined ? undefined : await findRejected(deps, target, persons);
  const decided =
    subjects === undefined ? await store.decisions.rejections(name, undefined, peopleShown) : await store.decisions.get(name, subjects);
  const labels = await labelPeople(deps.engineDeps, target.definition?.match ?? [], await withRows(store, name, decided));
  return {
    target: name,
    now,
    count: subjects?.length ?? count,
    people: decided.map(({ subject, decision }) => ({
      person: labels.get(subject.id) ?? { id: subject.id, displayName: '', userName: '' },
      ...describeRejected(decision),
      by: decision.by,
      at: decision.at,
    })),
  };
}

function describeRejected(decision: Decided['decision']): Pick<Rejection, 'what' | 'reason'> {
  return decision.is === 'removalRejected'
    ? { what: 'removal', reason: nameLeaver(decision.reason, decision.condition) }
    : { what: 'change' };
}

/** Selects the rejected removals to withdraw. @throws {CommandRefused} if a person has none. */
export async function selectRejections(
  deps: HandlerDeps,
  name: string,
  { persons, asOf }: Omit<WithdrawOptions, 'by'>,
): Promise<RejectionChoice> {
  const target = await requireTarget(deps, name);
  return {
    ...(asOf !== undefined && { asOf }),
    ...(persons !== undefined && { subjects: await findRejected(deps, target, persons) }),
  };
}

function findRejected(deps: HandlerDeps, target: Target, persons: readonly string[]): Promise<readonly SubjectRef[]> {
  return matchPeople(deps.engineDeps, persons, {
    pages: eachRejection(deps.engineDeps.store, target.name),
    match: target.definition?.match ?? [],
    being: `rejected at ${target.name}`,
    list: toOwnCommand('list', target.name, '--rejected'),
  });
}

async function* eachRejection(store: OutboundStore, target: TargetName): AsyncIterable<readonly SubjectRows[]> {
  for (let last: string | undefined; ;) {
    const page = await store.decisions.rejections(target, last, pageSize);
    if (page.length > 0) yield withRows(store, target, page);
    if (page.length < pageSize) return;
    last = page.at(-1)?.subject.id;
  }
}

/** Adds the rows that the Target holds, because deleted people are named by their rows. */
async function withRows(store: OutboundStore, target: TargetName, decided: readonly Decided[]): Promise<readonly SubjectRows[]> {
  const subjects = decided.map(({ subject }) => subject);
  const shadows = new Map((await store.shadows.get(target, subjects)).map((shadow) => [shadow.subject.id, shadow.sent]));
  return subjects.map((subject) => ({ subject, rows: shadows.get(subject.id) ?? [] }));
}
