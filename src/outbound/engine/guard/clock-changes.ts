// Compares the leaver delays before and after a Plan.
import type { SubjectRef } from '../../../domain/ids.ts';
import type { PersonView } from '../../../domain/person-view.ts';
import type { OutboundRecord } from '../../../domain/record.ts';
import { rejectsRemoval } from '../../../domain/delivery.ts';
import { findStepAhead, toLeaverClock, type LeaverClock } from '../../../domain/leaver-clock.ts';
import type { TargetDefinition } from '../../../domain/target.ts';
import { findLeaverSteps } from '../planning/derive-desired-state.ts';
import type { SubjectPlanned } from '../planning/plan-page.ts';

/** How a plan changes the leaver clock of one Subject. `clock` is the new clock, or the one that ends. */
export type ClockChange =
  | { readonly is: 'begins' | 'ends'; readonly clock: LeaverClock }
  | { readonly is: 'changes'; readonly clock: LeaverClock; readonly before: LeaverClock };

/**
 * Compares the leaver clock of a Subject with that of its plan. `applied` is the applied definition; without one, no clock counts as
 * running. `undefined` if the clock is unchanged, or if a removal replaces it. Pure.
 */
export function compareClocks(
  { plan, shadow, decision }: Pick<SubjectPlanned, 'plan' | 'shadow' | 'decision'>,
  applied: Pick<TargetDefinition, 'leavers' | 'scope'> | undefined,
): ClockChange | undefined {
  const before = findRunningClock({ shadow, decision }, applied);
  const { clock } = plan;
  if (clock === null || plan.leaving === null) return before === undefined ? undefined : { is: 'ends', clock: before };
  if (clock === undefined) return undefined;
  if (before === undefined) return { is: 'begins', clock };
  const same = before.step.do === clock.step.do && before.dueAt.getTime() === clock.dueAt.getTime();
  return same ? undefined : { is: 'changes', clock, before };
}

/**
 * The leaver clock of a Shadow by the applied definition. `undefined` if the person is not leaving, has no further step, or had the removal
 * rejected. Pure.
 */
export function findRunningClock(
  { shadow, decision }: { readonly shadow: SubjectPlanned['shadow']; readonly decision?: SubjectPlanned['decision'] },
  applied: Pick<TargetDefinition, 'leavers' | 'scope'> | undefined,
): LeaverClock | undefined {
  const leaving = shadow?.leaving;
  if (shadow === undefined || leaving === undefined || applied === undefined || rejectsRemoval(decision, leaving)) return undefined;
  const steps = findLeaverSteps({ leavers: applied.leavers, rules: applied.scope }, leaving.reason, leaving.condition);
  const ahead = findStepAhead(shadow, leaving, steps);
  return ahead === undefined ? undefined : toLeaverClock(leaving, ahead);
}

/** A person in a group. `view` is missing if the Person was deleted; `rows` are the last accepted rows. */
export interface ClockPerson {
  readonly subject: SubjectRef;
  readonly view?: PersonView;
  readonly rows: readonly OutboundRecord[];
}

/** People whose leaver clocks change in the same way. */
export interface ClockGroup extends Pick<LeaverClock, 'reason' | 'condition'> {
  readonly step: LeaverClock['step']['do'];
  /** The earliest due time in the group. */
  readonly dueAt: Date;
  /** The earliest due time before the change; only for clocks that change. */
  readonly wasDueAt?: Date;
  readonly people: number;
  /** The first people, by id. */
  readonly first: readonly ClockPerson[];
}

/** Leaver clocks that a plan starts, changes and ends, in groups by reason, condition and step; the earliest due group comes first. */
export interface ClockChanges {
  readonly begins: readonly ClockGroup[];
  readonly changes: readonly ClockGroup[];
  readonly ends: readonly ClockGroup[];
  /** Future steps of the clocks that run after the plan, sorted by time. */
  readonly due: readonly DueSteps[];
}

/** Leaver steps that become due within a short span. `dueAt` is the latest of them. */
export interface DueSteps {
  readonly dueAt: Date;
  /** Steps of clocks that start or change. */
  readonly people: number;
  /** Steps of clocks that the plan leaves unchanged. */
  readonly others: number;
}

/** Number of spans into which the Guard's window is divided to count due steps. */
const spansPerWindow = 24;

const hourMs = 3_600_000;

/** Number of people in all groups. */
export function countPeople(groups: readonly { readonly people: number }[]): number {
  return groups.reduce((sum, { people }) => sum + people, 0);
}

/** Number of people named in each group. */
const maxNamed = 3;

/** Counts clock changes. Its memory depends on the conditions, steps and delays of the definitions, not on the number of people. */
export class ClockChangeCounter {
  readonly #groups = { begins: new Map<string, ClockGroup>(), changes: new Map<string, ClockGroup>(), ends: new Map<string, ClockGroup>() };

  readonly #due = new Map<number, DueSteps>();

  readonly #spanMs: number;

  /** `withinMs` is the window of the Guard. Due steps are counted in spans of a 24th of it, at most an hour. */
  constructor(withinMs: number) {
    this.#spanMs = Math.min(hourMs, Math.max(1, Math.floor(withinMs / spansPerWindow)));
  }

  add(change: ClockChange, person: ClockPerson): void {
    if (change.is !== 'ends') this.#addDue(change.clock.dueAt, { people: 1, others: 0 });
    const { reason, condition, step, dueAt } = change.clock;
    const key = JSON.stringify([reason, condition, step.do]);
    const groups = this.#groups[change.is];
    const known = groups.get(key);
    const wasDueAt = earlier(known?.wasDueAt, change.is === 'changes' ? change.before.dueAt : undefined);
    groups.set(key, {
      reason,
      ...(condition !== undefined && { condition }),
      step: step.do,
      dueAt: earlier(known?.dueAt, dueAt) ?? dueAt,
      ...(wasDueAt !== undefined && { wasDueAt }),
      people: (known?.people ?? 0) + 1,
      first: known === undefined ? [person] : known.first.length < maxNamed ? [...known.first, person] : known.first,
    });
  }

  /** Counts the step of a clock that was already running and stays unchanged, because the Guard counts it too. */
  addUnchanged({ dueAt }: Pick<LeaverClock, 'dueAt'>): void {
    this.#addDue(dueAt, { people: 0, others: 1 });
  }

  toChanges(): ClockChanges {
    const { begins, changes, ends } = this.#groups;
    return { begins: byDueAt(begins), changes: byDueAt(changes), ends: byDueAt(ends), due: byDueAt(this.#due) };
  }

  #addDue(dueAt: Date, { people, others }: Pick<DueSteps, 'people' | 'others'>): void {
    const span = Math.floor(dueAt.getTime() / this.#spanMs);
    const known = this.#due.get(span);
    this.#due.set(span, {
      dueAt: known !== undefined && known.dueAt > dueAt ? known.dueAt : dueAt,
      people: (known?.people ?? 0) + people,
      others: (known?.others ?? 0) + others,
    });
  }
}

function earlier(one: Date | undefined, other: Date | undefined): Date | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return other < one ? other : one;
}

function byDueAt<T extends { readonly dueAt: Date }>(groups: ReadonlyMap<unknown, T>): readonly T[] {
  return [...groups.values()].toSorted((a, b) => a.dueAt.getTime() - b.dueAt.getTime());
}
