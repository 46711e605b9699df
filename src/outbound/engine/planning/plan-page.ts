// Plans one page of Subjects.
import type { Decision, Delivery } from '../../../domain/delivery.ts';
import { subjectKey } from '../../../domain/ids.ts';
import type { PersonView } from '../../../domain/person-view.ts';
import { toMatchKeys } from '../../../domain/record.ts';
import type { Shadow } from '../../../domain/shadow.ts';
import type { Action } from '../../../domain/target.ts';
import type { EngineDeps } from '../deps.ts';
import type { DesiredState } from '../../../domain/desired-state.ts';
import { findExchanges, maxExchange, type KeyRequest } from './match-key-exchanges.ts';
import { optional, readFacts, type SubjectFacts } from './page-facts.ts';
import type { PlanFrame } from './plan-frame.ts';
import { planSubject, type SubjectInput, type SubjectPlan } from './planner.ts';
import type { SelectedSubject } from './select-subjects.ts';

/** The facts about one Subject of a page, and its plan. */
export interface SubjectPlanned {
  readonly selected: SelectedSubject;
  /** Missing if the Person was deleted. */
  readonly view?: PersonView;
  readonly shadow?: Shadow;
  /** True if the Target has or may have a record, although the Run plans as if it had none. */
  readonly forgotten?: boolean;
  readonly open?: Delivery;
  readonly decision?: Decision;
  readonly desired: DesiredState;
  readonly plan: SubjectPlan;
  /** The reason to store for a person without a valid row; null if the row is valid again; missing if unchanged. */
  readonly noRow?: string | null;
}

/**
 * Plans one page of at most 500 Subjects. Reads the store and writes nothing. Subjects that exchange match keys with a Subject of the page
 * are planned with it: they come last in the result, and are omitted from their own page.
 */
export async function planPage(
  deps: EngineDeps,
  frame: PlanFrame,
  selection: readonly SelectedSubject[],
): Promise<readonly SubjectPlanned[]> {
  deps.atWork(frame.definition.target);
  const page = selection.filter((selected) => !frame.exchanged.has(subjectKey(selected.subject)));
  const facts = new Map(
    await readFacts(
      deps,
      frame,
      page.map((selected) => selected.subject),
    ),
  );
  await addHolders(deps, frame, facts);
  const planner = new PagePlanner(deps, frame);
  const exchanges = findExchanges(planner.toKeyRequests(facts));
  return [...page, ...toPartners(page, facts, exchanges, frame)].flatMap((selected) => {
    const found = facts.get(subjectKey(selected.subject));
    return found === undefined
      ? []
      : [
          planner.plan(
            selected,
            found,
            exchanges.get(subjectKey(selected.subject))?.flatMap((key) => facts.get(key)?.subject ?? []),
          ),
        ];
  });
}

/**
 * Adds the people who have match keys that an update requires, and the people who have the keys that these require, up to the max length of
 * an exchange.
 */
async function addHolders(deps: EngineDeps, frame: PlanFrame, facts: Map<string, SubjectFacts>): Promise<void> {
  for (let depth = 0; depth < maxExchange; depth += 1) {
    const wanted = [...facts.values()].filter((one) => one.shadow !== undefined).flatMap((one) => one.claims);
    const missing = new Map(wanted.map((claim) => [subjectKey(claim.subject), claim.subject]));
    for (const key of facts.keys()) missing.delete(key);
    if (missing.size === 0) return;
    for (const [key, one] of await readFacts(deps, frame, [...missing.values()].slice(0, 500))) facts.set(key, one);
  }
}

/** The Subjects of other pages that exchange match keys with Subjects of this page. */
function toPartners(
  page: readonly SelectedSubject[],
  facts: ReadonlyMap<string, SubjectFacts>,
  exchanges: ReadonlyMap<string, readonly string[]>,
  frame: PlanFrame,
): readonly SelectedSubject[] {
  const own = new Set(page.map((selected) => subjectKey(selected.subject)));
  const partners: SelectedSubject[] = [];
  for (const { subject, cause } of page) {
    for (const key of exchanges.get(subjectKey(subject)) ?? []) {
      const partner = facts.get(key)?.subject;
      if (partner === undefined || own.has(key)) continue;
      own.add(key);
      frame.exchanged.add(key);
      partners.push({ subject: partner, cause, isRecheck: true });
    }
  }
  return partners;
}

class PagePlanner {
  readonly #deps: EngineDeps;
  readonly #frame: PlanFrame;
  readonly #can: ReadonlySet<Action>;

  constructor(deps: EngineDeps, frame: PlanFrame) {
    this.#deps = deps;
    this.#frame = frame;
    this.#can = new Set(frame.definition.can);
  }

  plan(selected: SelectedSubject, facts: SubjectFacts, exchangesWith: SubjectInput['exchangesWith']): SubjectPlanned {
    const { desired, view, shadow, open, decision } = facts;
    const input = { ...this.#toInput(facts, selected.cause), ...optional('exchangesWith', exchangesWith) };
    const plan = this.#frame.takenOver.has(subjectKey(selected.subject)) ? { supersedes: [] } : planSubject(input);
    if (plan.takeOver !== undefined) this.#frame.takenOver.add(subjectKey(plan.takeOver));
    return {
      selected,
      desired,
      plan,
      ...optional('view', view),
      ...optional('shadow', shadow),
      ...(facts.forgotten && { forgotten: true }),
      ...optional('open', open),
      ...optional('decision', decision),
      ...optional('noRow', noRowChange(desired, facts.noRow)),
    };
  }

  /** For each Subject with a record that other people affect: the match keys that it wants, and who has them. */
  toKeyRequests(facts: ReadonlyMap<string, SubjectFacts>): ReadonlyMap<string, KeyRequest> {
    const { match } = this.#frame.definition;
    const contested = new Set([...facts.values()].flatMap((one) => one.claims.map((claim) => subjectKey(claim.subject))));
    const keyRequests = new Map<string, KeyRequest>();
    for (const [key, one] of facts) {
      if (one.shadow === undefined || one.desired.is !== 'record' || (one.claims.length === 0 && !contested.has(key))) continue;
      keyRequests.set(key, {
        keys: toMatchKeys(match, one.desired.rows[0]).map(({ index, value }) => `${index} ${value}`),
        heldBy: one.claims.map((claim) => subjectKey(claim.subject)),
        moves: this.#moves(one),
      });
    }
    return keyRequests;
  }

  /** True if an update of this Subject would be sent, or is queued, provided that the match keys that it requires were free. */
  #moves(facts: SubjectFacts): boolean {
    if (this.#frame.takenOver.has(subjectKey(facts.subject))) return false;
    const { want, supersedes } = planSubject({ ...this.#toInput(facts, 'change'), exchangesWith: [] });
    if (want !== undefined) return want.action === 'update';
    return supersedes.length === 0 && facts.open?.state === 'queued' && facts.open.action === 'update';
  }

  #toInput({ subject, desired, view, shadow, open, decision, claims, blockers }: SubjectFacts, cause: SubjectInput['cause']): SubjectInput {
    const { now, compiledTarget, contacts } = this.#frame;
    const source = view?.source ?? shadow?.source;
    return {
      subject,
      desired,
      now,
      silentMs: this.#deps.timing.silentMs(source ?? 'default'),
      claims,
      blockers,
      can: this.#can,
      settlesDoubts: compiledTarget.settlesDoubts,
      cause,
      ...optional('shadow', shadow),
      ...optional('open', open),
      ...optional('decision', decision),
      ...optional('heard', source === undefined ? undefined : contacts.get(source)),
    };
  }
}

/**
 * The change of the stored reason of a person without a valid row; `known` is the stored one. `undefined` if unchanged, `null` if it must
 * be deleted.
 */
function noRowChange(desired: DesiredState, known: string | undefined): string | null | undefined {
  if (desired.is !== 'heldBack') return known === undefined ? undefined : null;
  return desired.why === known ? undefined : desired.why;
}
