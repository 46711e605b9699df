import { mayBeThere, settlingStates, type Decision, type Delivery } from '../domain/delivery.ts';
import { subjectKey, type SourceId, type SubjectRef } from '../domain/ids.ts';
import type { PersonView } from '../domain/person-view.ts';
import { toMatchKeys, type OutboundRecord } from '../domain/record.ts';
import type { Shadow } from '../domain/shadow.ts';
import type { Contact } from '../domain/source.ts';
import type { TargetDefinition } from '../domain/target.ts';
import type { Claim, NoRow } from '../store/outbound.ts';
import type { ClaimSeen } from './claims.ts';
import type { EngineDeps } from './deps.ts';
import { desireFor, type Desired, type Judge } from './desired.ts';
import { planSubject, type SubjectPlan } from './planner.ts';
import type { LookAt } from './subjects.ts';

/** What was found out about one Subject of a page, and what is wanted for it. */
export interface SubjectPlanned {
  readonly look: LookAt;
  /** Missing when the Person is gone. */
  readonly view?: PersonView;
  readonly shadow?: Shadow;
  /** The Target holds a record, or may hold one, although the Run plans as if it held nothing. */
  readonly forgotten?: boolean;
  readonly open?: Delivery;
  readonly decision?: Decision;
  readonly desired: Desired;
  readonly plan: SubjectPlan;
  /** What is to be noted of a person without a valid row, or of one that has a row again; missing when nothing changed. */
  readonly noRow?: string | null;
}

/** What stays the same for all pages of one Run. */
export interface PlanFrame {
  readonly definition: TargetDefinition;
  readonly judge: Judge;
  /** When whatever made people Leavers happened. */
  readonly at: Date;
  readonly now: Date;
  readonly contacts: ReadonlyMap<SourceId, Contact>;
  /** Subjects whose Shadow this Run moved to somebody else: they are planned again when that is done. */
  readonly takenOver: Set<string>;
  /** Plans as if nothing were known of the Target: Shadows, open Deliveries and rejections. Who is excluded stays excluded. */
  readonly forgets?: boolean;
}

/** Contacts of all Sources, for the leaver clocks. */
export async function readContacts(deps: EngineDeps): Promise<ReadonlyMap<SourceId, Contact>> {
  const sources = await deps.store.sources.list();
  return new Map(sources.flatMap((source) => (source.contact === undefined ? [] : [[source.id, source.contact] as const])));
}

/** Plans one page of at most 500 Subjects. Reads the store, writes nothing. */
export async function planPage(deps: EngineDeps, frame: PlanFrame, looks: readonly LookAt[]): Promise<readonly SubjectPlanned[]> {
  const { store } = deps;
  const { definition } = frame;
  const subjects = looks.map((look) => look.subject);
  const ids = subjects.map((subject) => subject.id);
  const [views, known] = await Promise.all([store.people.views(ids, deps.attributes), readKnown(deps, frame, subjects)]);
  const { shadows, opens, decisions, noRows } = known;
  const desires = new Map(subjects.map((subject) => [subjectKey(subject), desireFor(views.get(subject.id), frame.judge, frame.at)]));
  const claims = await readClaims(
    deps,
    frame,
    subjects.filter((subject) => !shadows.has(subjectKey(subject)) || opens.get(subjectKey(subject))?.blocked === true),
    desires,
  );
  const blocked = subjects.filter((subject) => opens.get(subjectKey(subject))?.blocked === true);
  const blockers = blocked.length === 0 ? new Map() : bySubject(await store.outbox.blockers(definition.target, blocked));
  const can = new Set(definition.can);
  return looks.map((look) => {
    const key = subjectKey(look.subject);
    const view = views.get(look.subject.id);
    const shadow = shadows.get(key);
    const desired = desires.get(key) ?? { is: 'absent' };
    const source = view?.source ?? shadow?.source;
    const heard = source === undefined ? undefined : frame.contacts.get(source);
    const plan = frame.takenOver.has(key)
      ? { supersedes: [] }
      : planSubject({
          subject: look.subject,
          desired,
          now: frame.now,
          silentMs: deps.timing.silentMs(source ?? 'default'),
          claims: claims.get(key) ?? [],
          blockers: blockers.get(key)?.by ?? [],
          can,
          settlesDoubts: frame.judge.settlesDoubts,
          cause: look.cause,
          ...(shadow !== undefined && { shadow }),
          ...optional('open', opens.get(key)),
          ...optional('decision', decisions.get(key)?.decision),
          ...optional('heard', heard),
        });
    if (plan.takeOver !== undefined) frame.takenOver.add(subjectKey(plan.takeOver));
    return {
      look,
      desired,
      plan,
      ...optional('view', view),
      ...optional('shadow', shadow),
      ...(known.forgotten.has(key) && { forgotten: true }),
      ...optional('open', opens.get(key)),
      ...optional('decision', decisions.get(key)?.decision),
      ...optional('noRow', judgeNoRow(desired, noRows.get(key)?.why)),
    };
  });
}

/** What the store keeps of these Subjects at the Target, by Subject. */
interface Known {
  readonly shadows: ReadonlyMap<string, Shadow>;
  readonly opens: ReadonlyMap<string, Delivery>;
  readonly decisions: ReadonlyMap<string, { readonly subject: SubjectRef; readonly decision: Decision }>;
  readonly noRows: ReadonlyMap<string, NoRow>;
  /** Those of whom the Target holds a record, or may hold one, and of whom the Run plans as if it held none. */
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

/** What is to be noted of a person whose last reason for having no valid row is `known`: `undefined` when nothing changed. */
function judgeNoRow(desired: Desired, known: string | undefined): string | null | undefined {
  if (desired.is !== 'heldBack') return known === undefined ? undefined : null;
  return desired.why === known ? undefined : desired.why;
}

/** Claims of others on the Records of new and of blocked Subjects, each judged: is that one a Leaver by now? */
async function readClaims(
  deps: EngineDeps,
  frame: PlanFrame,
  subjects: readonly SubjectRef[],
  desires: ReadonlyMap<string, Desired>,
): Promise<ReadonlyMap<string, readonly ClaimSeen[]>> {
  const asked = subjects.flatMap((subject) => {
    const desired = desires.get(subjectKey(subject));
    const row = rowToCompare(desired);
    return row === undefined ? [] : [{ subject, keys: toMatchKeys(frame.definition.match, row) }];
  });
  if (asked.length === 0 || frame.forgets === true) return new Map();
  const found = await deps.store.shadows.claims(frame.definition.target, asked);
  const others = [...new Set(found.flatMap((claims) => claims.by.map((claim) => claim.subject.id)))];
  const views = new Map<string, PersonView>();
  for (let at = 0; at < others.length; at += 500) {
    for (const [id, view] of await deps.store.people.views(others.slice(at, at + 500), deps.attributes)) views.set(id, view);
  }
  const see = (claim: Claim): ClaimSeen => ({ ...claim, leaver: isLeaver(views.get(claim.subject.id), frame) });
  return new Map(
    found.map((claims) => [
      subjectKey(claims.subject),
      // A Leaver's create that never left our outbox is no claim: it dissolves when that Leaver is planned.
      claims.by
        .map(see)
        .filter(
          (claim) =>
            !(claim.leaver && claim.shadow === undefined && !isUnsettled(claim)) && !frame.takenOver.has(subjectKey(claim.subject)),
        ),
    ]),
  );
}

/** What others with the same record are recognised by. */
function rowToCompare(desired: Desired | undefined): OutboundRecord | undefined {
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
  return desireFor(view, frame.judge, frame.at).is === 'leaving';
}

/** True when that claim's Delivery may have reached the Target. */
function isUnsettled({ open }: ClaimSeen): boolean {
  return open !== undefined && (settlingStates.includes(open.state) || mayBeThere(open));
}

function bySubject<T extends { readonly subject: SubjectRef }>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [subjectKey(item.subject), item]));
}

/** A property only where there is a value: absent and `undefined` are different things to us. */
function optional<K extends string, V>(name: K, value: V | undefined): { readonly [key in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [key in K]?: V });
}
