// Counts the effects of a Plan, and keeps its first lines for a preview.
import type { Delivery, Planned } from '../../../domain/delivery.ts';
import type { FieldNote } from '../../../domain/desired-state.ts';
import { GuardedCounter } from '../../../domain/guard-counts.ts';
import type { SubjectId, SubjectRef } from '../../../domain/ids.ts';
import { viewTexts, type PersonView, type ViewText } from '../../../domain/person-view.ts';
import type { OutboundRecord } from '../../../domain/record.ts';
import type { TargetDefinition } from '../../../domain/target.ts';
import type { GuardCounts } from '../../../store/outbound-reads.ts';
import { ClockChangeCounter, compareClocks, type ClockChanges } from '../guard/clock-changes.ts';
import { digestPlan, type PlanDigest } from './plan-digest.ts';
import type { SubjectPlanned } from '../planning/plan-page.ts';

/** One Action of a preview. `before` are the last accepted rows; `view` is missing if the Person was deleted. */
export interface PreviewLine {
  readonly view?: PersonView;
  readonly want: Planned;
  readonly before: readonly OutboundRecord[];
}

/** A person whose record belongs to other people. */
export interface BlockedLine {
  readonly view: PersonView;
  readonly by: readonly SubjectRef[];
}

/** A note about the value of a field, with the number of people and the first of them. */
export interface FieldNoteCount extends FieldNote {
  readonly people: number;
  readonly first: readonly PersonView[];
}

/** Number of people named as examples of a field note. */
const maxNoteExamples = 3;

/** Number of people named whose record belongs to others. The others are only counted. */
const maxBlocked = 3;

/** Limits of the lists in a preview: Actions, people without a valid row, and records in full. */
export interface PreviewLimits {
  readonly lines: number;
  readonly records: number;
  /** People without a valid row are listed after this id. Default: from the first one. All of them are counted. */
  readonly noRowsAfter?: SubjectId;
}

/** An attribute is reported if it is empty for at least this share of people: 90%. */
const mostlyEmpty = 0.9;

/** The effects of a Plan. Counts are complete; lists are truncated at their limits. */
export interface PlanCounts {
  readonly people: number;
  readonly inScope: number;
  /** Number of people outside the Scope, by the name of the first failing condition. */
  readonly leftOut: ReadonlyMap<string, number>;
  readonly actions: Readonly<Record<Planned['action'], number>>;
  readonly lines: readonly PreviewLine[];
  readonly heldBack: readonly { readonly view: PersonView; readonly why: string }[];
  /** Number of people in Scope without a valid row. `absent`: number of these who have no record at the Target either. */
  readonly heldBackCount: number;
  readonly emptyAttributes: readonly { readonly attribute: ViewText; readonly empty: number }[];
  /** Fields whose value was truncated or omitted, in the order of the people. */
  readonly fieldNotes: readonly FieldNoteCount[];
  /** People whose record belongs to another person, so that they are parked; the first ones with those other people. */
  readonly blocked: { readonly count: number; readonly first: readonly BlockedLine[] };
  /** The first creates, or updates if there are no creates, with everything that would be sent. */
  readonly records: readonly PreviewLine[];
  /** Number of held Actions that this plan removes from each hold without replacing them, by the number of the hold. */
  readonly withdrawn: ReadonlyMap<number, number>;
  readonly hash: string;
  /** Changes of leaver clocks. No Action shows them, because their steps become due later, and the Guard counts them then. */
  readonly clocks: ClockChanges;
}

/**
 * Counts a Plan while its pages are planned, and keeps the first lines for the preview. Its memory does not grow with the number of people.
 */
export class PlanCounter {
  readonly actions = { create: 0, update: 0, deactivate: 0, delete: 0 };
  readonly guarded = new GuardedCounter();
  readonly withdrawn = new GuardedCounter();
  readonly #limits: PreviewLimits;
  readonly #reads: readonly ViewText[];
  readonly #withdrawnOf = new Map<number, number>();
  readonly #leftOut = new Map<string, number>();
  readonly #empty = new Map<ViewText, number>();
  readonly #lines: PreviewLine[] = [];
  readonly #records = { create: [] as PreviewLine[], update: [] as PreviewLine[] };
  readonly #heldBack: { view: PersonView; why: string }[] = [];
  readonly #digest: PlanDigest = digestPlan();
  readonly #applied: TargetDefinition | undefined;
  readonly #clocks: ClockChangeCounter;
  readonly #now: Date;
  #removedActive = 0;
  #people = 0;
  #inScope = 0;
  readonly #notes = new Map<string, FieldNote & { people: number; readonly first: PersonView[] }>();
  readonly #blocked: BlockedLine[] = [];
  #blockedCount = 0;
  #heldBackCount = 0;

  /** `withinMs` is the Guard's window for removals; `now` is the time of the plan. */
  constructor({
    reads,
    limits,
    applied,
    withinMs,
    now,
  }: {
    readonly reads: ReadonlySet<string>;
    readonly limits: PreviewLimits;
    readonly applied: TargetDefinition | undefined;
    readonly withinMs: number;
    readonly now: Date;
  }) {
    this.#clocks = new ClockChangeCounter(withinMs);
    this.#now = now;
    this.#limits = limits;
    this.#applied = applied;
    this.#reads = viewTexts.filter((name) => reads.has(name));
  }

  get clocks(): ClockChanges {
    return this.#clocks.toChanges();
  }

  /** What the Guard will count after this plan has been carried out, as far as known now. */
  countAfter(counts: GuardCounts): GuardCounts {
    const { removals, active } = counts;
    const held = removals.held - this.withdrawn.removals;
    return { ...counts, removals: { ...removals, held }, active: active + this.actions.create - this.#removedActive };
  }

  add(planned: SubjectPlanned, scope: (view: PersonView) => { readonly holds: boolean; readonly firstFailing?: string }): void {
    const { view, desired, plan, shadow } = planned;
    if (view !== undefined) this.#addPerson(view, scope(view));
    this.#addClock(planned);
    if (desired.is === 'heldBack' && view !== undefined) {
      this.#heldBackCount += 1;
      const { lines, noRowsAfter = '' } = this.#limits;
      if (this.#heldBack.length < lines && view.id > noRowsAfter) this.#heldBack.push({ view, why: desired.why });
    }
    if (desired.is === 'record' && view !== undefined) this.#addNotes(view, desired.notes ?? []);
    if (plan.blockedBy !== undefined && view !== undefined) {
      this.#blockedCount += 1;
      if (this.#blocked.length < maxBlocked) this.#blocked.push({ view, by: plan.blockedBy });
    }
    const { want, supersedes } = plan;
    this.withdrawn.addHeld(supersedes);
    if (want === undefined) {
      this.#addWithdrawn(supersedes);
      return;
    }
    this.actions[want.action] += 1;
    this.guarded.add(want);
    if (want.removal !== undefined && shadow?.active === true) this.#removedActive += 1;
    this.#digest.add(want);
    const line = { want, before: shadow?.sent ?? [], ...(view !== undefined && { view }) };
    if (this.#lines.length < this.#limits.lines) this.#lines.push(line);
    const records = want.action === 'create' || want.action === 'update' ? this.#records[want.action] : undefined;
    if (records !== undefined && records.length < this.#limits.records) records.push(line);
  }

  toCounts(): PlanCounts {
    const emptyAttributes = [...this.#empty].filter(([, empty]) => this.#people > 0 && empty >= mostlyEmpty * this.#people);
    return {
      people: this.#people,
      inScope: this.#inScope,
      leftOut: this.#leftOut,
      actions: this.actions,
      lines: this.#lines,
      records: this.#records.create.length > 0 ? this.#records.create : this.#records.update,
      heldBack: this.#heldBack,
      heldBackCount: this.#heldBackCount,
      blocked: { count: this.#blockedCount, first: this.#blocked },
      emptyAttributes: emptyAttributes.map(([attribute, empty]) => ({ attribute, empty })),
      fieldNotes: [...this.#notes.values()],
      withdrawn: this.#withdrawnOf,
      hash: this.#digest.end(),
      clocks: this.clocks,
    };
  }

  #addWithdrawn(superseded: readonly Pick<Delivery, 'state' | 'hold'>[]): void {
    for (const { state, hold } of superseded) {
      if (state === 'held' && hold !== undefined) this.#withdrawnOf.set(hold, (this.#withdrawnOf.get(hold) ?? 0) + 1);
    }
  }

  #addClock(planned: SubjectPlanned): void {
    const change = compareClocks(planned, this.#applied);
    if (change === undefined) {
      // A step whose time has passed waits for its Source, or is carried out already.
      if (planned.plan.clock && planned.plan.clock.dueAt > this.#now) this.#clocks.addUnchanged(planned.plan.clock);
      return;
    }
    const { selected, view, shadow } = planned;
    this.#digest.addClock(selected.subject, change);
    this.#clocks.add(change, { subject: selected.subject, rows: shadow?.sent ?? [], ...(view !== undefined && { view }) });
  }

  #addNotes(view: PersonView, notes: readonly FieldNote[]): void {
    for (const { field, text } of notes) {
      const key = JSON.stringify([field, text]);
      const note = this.#notes.get(key) ?? { field, text, people: 0, first: [] };
      this.#notes.set(key, note);
      note.people += 1;
      if (note.first.length < maxNoteExamples) note.first.push(view);
    }
  }

  #addPerson(view: PersonView, scope: { readonly holds: boolean; readonly firstFailing?: string }): void {
    this.#people += 1;
    if (scope.holds) this.#inScope += 1;
    else this.#leftOut.set(scope.firstFailing ?? '', (this.#leftOut.get(scope.firstFailing ?? '') ?? 0) + 1);
    for (const name of this.#reads) if (view[name] === '') this.#empty.set(name, (this.#empty.get(name) ?? 0) + 1);
  }
}
