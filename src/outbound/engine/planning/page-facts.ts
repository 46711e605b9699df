// Reads the facts that the planner requires for a page of Subjects.
import { mayBeThere, settlingStates, type Decision, type Delivery } from '../../../domain/delivery.ts';
import { subjectKey, type SubjectRef } from '../../../domain/ids.ts';
import type { PersonView } from '../../../domain/person-view.ts';
import { toMatchKeys, type OutboundRecord } from '../../../domain/record.ts';
import type { Shadow } from '../../../domain/shadow.ts';
import type { Claim } from '../../../store/outbound-reads.ts';
import type { ClaimSeen } from './match-key-claims.ts';
import type { EngineDeps } from '../deps.ts';
import type { DesiredState } from '../../../domain/desired-state.ts';
import { desiredStateFor } from './derive-desired-state.ts';
import type { PlanFrame } from './plan-frame.ts';

/** Max number of Subjects in one call to the store. */
const atOnce = 500;

/** The facts about one Subject at the Target, read before planning. */
export interface SubjectFacts {
  readonly subject: SubjectRef;
  /** Missing if the Person was deleted. */
  readonly view?: PersonView;
  readonly shadow?: Shadow;
  readonly open?: Delivery;
  readonly decision?: Decision;
  /** Why no valid row could be created when the Subject was last planned. Missing if one could. */
  readonly noRow?: string;
  /** True if the Target has or may have a record, although the Run plans as if it had none. */
  readonly forgotten: boolean;
  readonly desired: DesiredState;
  /** Other people who have the match keys that the record will get. */
  readonly claims: readonly ClaimSeen[];
  /** The people that the open, blocked Delivery still waits for. */
  readonly blockers: readonly SubjectRef[];
}

/** Reads the facts of at most 500 Subjects, by Subject key. Does not write to the store. */
export async function readFacts(
  deps: EngineDeps,
  frame: PlanFrame,
  subjects: readonly SubjectRef[],
): Promise<ReadonlyMap<string, SubjectFacts>> {
  const { store, staging } = deps;
  const { target } = frame.definition;
  const ids = subjects.map((subject) => subject.id);
  const [views, known] = await Promise.all([staging.people.views(ids, deps.attributes), readKnown(deps, frame, subjects)]);
  const { shadows, opens, decisions, noRows, forgotten } = known;
  const lost = await findLost(
    deps,
    subjects.filter((subject) => !views.has(subject.id)),
  );
  const desires = new Map(
    subjects.map((subject) => {
      const key = subjectKey(subject);
      if (lost.has(key)) return [key, shadows.has(key) || opens.has(key) ? lostPerson : absent];
      return [key, desiredStateFor(views.get(subject.id), frame.compiledTarget, frame.at)];
    }),
  );
  const claims = await readClaims(
    deps,
    frame,
    subjects.flatMap((subject) => toAsked(frame, subject, desires, known)),
  );
  const blocked = subjects.filter((subject) => opens.get(subjectKey(subject))?.blocked === true);
  const blockers = blocked.length === 0 ? new Map() : bySubject(await store.outbox.blockers(target, blocked));
  return new Map(
    subjects.map((subject) => {
      const key = subjectKey(subject);
      return [
        key,
        {
          subject,
          forgotten: forgotten.has(key),
          desired: desires.get(key) ?? absent,
          claims: claims.get(key) ?? [],
          blockers: blockers.get(key)?.by ?? [],
          ...optional('view', views.get(subject.id)),
          ...optional('shadow', shadows.get(key)),
          ...optional('open', opens.get(key)),
          ...optional('decision', decisions.get(key)?.decision),
          ...optional('noRow', noRows.get(key)?.why),
        },
      ];
    }),
  );
}

const absent: DesiredState = { is: 'absent' };

/** For a person who is missing although no Source deleted them. This happens only if the staging store was replaced or restored. */
const lostPerson: DesiredState = {
  is: 'heldBack',
  why: 'missing from the staging store, but not deleted by the identity provider: the record stays until the person is received again',
};

/** Subject keys of the missing people whom no Source deleted. */
async function findLost({ staging }: EngineDeps, missing: readonly SubjectRef[]): Promise<ReadonlySet<string>> {
  if (missing.length === 0) return new Set();
  const departed = await staging.people.departed(missing.map(({ id }) => id));
  return new Set(missing.filter(({ id }) => !departed.has(id)).map(subjectKey));
}

/** The stored state of these Subjects at the Target, by Subject key. */
interface Known {
  readonly shadows: ReadonlyMap<string, Shadow>;
  readonly opens: ReadonlyMap<string, Delivery>;
  readonly decisions: ReadonlyMap<string, { readonly subject: SubjectRef; readonly decision: Decision }>;
  readonly noRows: ReadonlyMap<string, { readonly subject: SubjectRef; readonly why: string }>;
  /** Subjects of which the Target has or may have a record, although the Run plans as if it had none. */
  readonly forgotten: ReadonlySet<string>;
}

async function readKnown({ store }: EngineDeps, { definition, forgets }: PlanFrame, subjects: readonly SubjectRef[]): Promise<Known> {
  const { target } = definition;
  const [shadows, opens, decided, noRows] = await Promise.all([
    store.shadows.get(target, subjects).then(bySubject),
    store.outbox.open(target, subjects).then(bySubject),
    store.decisions.get(target, subjects),
    store.noRows.get(target, subjects).then(bySubject),
  ]);
  if (forgets !== true) return { shadows, opens, decisions: bySubject(decided), noRows, forgotten: new Set() };
  const none = new Map<string, never>();
  const kept = decided.filter(({ decision }) => decision.is === 'excluded' || decision.is === 'pinned');
  const doubtful = [...opens].filter(([, open]) => mayBeThere(open)).map(([key]) => key);
  return { shadows: none, opens: none, decisions: bySubject(kept), noRows: none, forgotten: new Set([...shadows.keys(), ...doubtful]) };
}

type Asked = Parameters<EngineDeps['store']['shadows']['claims']>[1];

/** The match keys that the Subject's record will get. Empty if it has them already, or will get none. */
function toAsked(
  { definition: { match }, forgets }: PlanFrame,
  subject: SubjectRef,
  desires: ReadonlyMap<string, DesiredState>,
  { shadows, opens }: Known,
): Asked {
  const key = subjectKey(subject);
  const row = rowToCompare(desires.get(key));
  if (row === undefined || forgets === true) return [];
  const keys = toMatchKeys(match, row);
  const present = toMatchKeys(match, shadows.get(key)?.sent[0]);
  const isNew = keys.some((one) => !present.some((other) => other.index === one.index && other.value === one.value));
  return isNew || opens.get(key)?.blocked === true ? [{ subject, keys }] : [];
}

/** Claims of other people, each with whether that person is a Leaver now. */
async function readClaims(deps: EngineDeps, frame: PlanFrame, asked: Asked): Promise<ReadonlyMap<string, readonly ClaimSeen[]>> {
  if (asked.length === 0) return new Map();
  const found = await deps.store.shadows.claims(frame.definition.target, asked);
  const others = [...new Set(found.flatMap((claims) => claims.by.map((claim) => claim.subject.id)))];
  const views = new Map<string, PersonView>();
  for (let at = 0; at < others.length; at += atOnce) {
    for (const [id, view] of await deps.staging.people.views(others.slice(at, at + atOnce), deps.attributes)) views.set(id, view);
  }
  const see = (claim: Claim): ClaimSeen => ({ ...claim, leaver: isLeaver(views.get(claim.subject.id), frame) });
  return new Map(
    found
      .filter((claims) => !frame.takenOver.has(subjectKey(claims.subject)))
      .map((claims) => [subjectKey(claims.subject), claims.by.map(see).filter((claim) => !isObsolete(claim))]),
  );
}

/** True for the create or update of a Leaver that was never sent. It will be dropped when the Leaver is planned. */
function isObsolete({ leaver, holds, open }: ClaimSeen): boolean {
  return leaver && !holds && !(open !== undefined && (settlingStates.includes(open.state) || mayBeThere(open)));
}

/** The row whose match fields are compared with those of other people. */
function rowToCompare(desired: DesiredState | undefined): OutboundRecord | undefined {
  switch (desired?.is) {
    case 'record':
      return desired.rows[0];
    case 'heldBack':
      return desired.partial;
    case 'leaving':
    case 'absent':
    case undefined:
      return undefined;
  }
}

function isLeaver(view: PersonView | undefined, frame: PlanFrame): boolean {
  return desiredStateFor(view, frame.compiledTarget, frame.at).is === 'leaving';
}

function bySubject<T extends { readonly subject: SubjectRef }>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [subjectKey(item.subject), item]));
}

/** An object with this property, or without it if the value is `undefined`. `exactOptionalPropertyTypes` distinguishes the two. */
export function optional<K extends string, V>(name: K, value: V | undefined): { readonly [key in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [key in K]?: V });
}
