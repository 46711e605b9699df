// Computes the Plan of a Target without writing it.
import type { Cause, Delivery, Planned } from '../../domain/delivery.ts';
import { describeGuarded, GuardedCounter } from '../../domain/guard-counts.ts';
import { viewTexts, type PersonView, type ViewText } from '../../domain/person-view.ts';
import type { SubjectRef } from '../../domain/ids.ts';
import type { OutboundRecord } from '../../domain/record.ts';
import type { Target, TargetDefinition } from '../../domain/target.ts';
import type { FieldNote } from '../../domain/desired-state.ts';
import { checkClocks, forgetWindow, spanWindows } from './check-clocks.ts';
import { ClockChangeCounter, compareClocks, type ClockChanges } from './clock-changes.ts';
import { compileTarget } from './compile-target.ts';
import type { EngineDeps } from './deps.ts';
import type { GuardCounts } from '../../store/outbound-reads.ts';
import { checkGuard, describePassed } from './guard.ts';
import { readContacts } from './plan-frame.ts';
import { planPage, type SubjectPlanned } from './plan-page.ts';
import { nextTurn } from './next-turn.ts';
import { allSubjects } from './select-subjects.ts';
import { ResendCounter, resendKind, type Resend, type ResendPreview } from './resend.ts';
import { digestPlan, type PlanDigest } from './plan-digest.ts';

/** One Action of a preview, with the rows before it. `view` is missing if the Person was deleted. */
export interface PreviewLine {
  readonly view?: PersonView;
  readonly want: Planned;
  readonly before: readonly OutboundRecord[];
}

/** A person whose record other people have. */
export interface BlockedLine {
  readonly view: PersonView;
  readonly by: readonly SubjectRef[];
}

/** A note about the value of one field, with the number of people and the first of them. */
export interface FieldNoteCount extends FieldNote {
  readonly people: number;
  readonly first: readonly PersonView[];
}

/** People that are named as examples of a field note. */
const maxNoteExamples = 3;

/** People without a free record that are named; the others are counted. */
const maxBlocked = 3;

/** How much of a preview is listed: lines and people without a valid row; records in full. */
export interface PreviewLimits {
  readonly lines: number;
  readonly records: number;
}

/** A preview that contains only counts. */
const countOnly: PreviewLimits = { lines: 0, records: 0 };

/** The input of a preview. */
export interface PreviewRequest {
  readonly target: Target;
  /** As if this were applied now. */
  readonly definition: TargetDefinition;
  readonly cause: Cause;
  /** Missing: nothing is listed, only counted. */
  readonly limits?: PreviewLimits;
  /** Plans as if the Target had no Shadows, as far as its kind of Connection allows; also while a resend is pending. */
  readonly again?: Resend | undefined;
}

/** What a Target would do if this definition were applied now. Counts are complete; lists are cut at their limits. */
export interface Preview {
  readonly people: number;
  readonly inScope: number;
  /** First failing condition of those who are out, by name. */
  readonly leftOut: ReadonlyMap<string, number>;
  readonly actions: Readonly<Record<Planned['action'], number>>;
  readonly lines: readonly PreviewLine[];
  readonly heldBack: readonly { readonly view: PersonView; readonly why: string }[];
  /** In Scope, but no row can be made. `absent`: of those, not at the Target either. */
  readonly heldBackCount: number;
  readonly emptyAttributes: readonly { readonly attribute: ViewText; readonly empty: number }[];
  /** Fields whose value was truncated or omitted, in the order of the people. */
  readonly fieldNotes: readonly FieldNoteCount[];
  /** People whose record another person has there: they are parked. The first few with those who have it. */
  readonly blocked: { readonly count: number; readonly first: readonly BlockedLine[] };
  /** First creates, or without any first updates, with everything that would be sent. */
  readonly records: readonly PreviewLine[];
  /** Why the Guard would hold it, and which actions pass the Guard because a person applies this plan. */
  readonly guard?: { readonly why: string; readonly passed: readonly string[] };
  /** How many held Actions this plan takes out of each hold without sending anything in their place, by the number of the hold. */
  readonly withdrawn: ReadonlyMap<number, number>;
  readonly hash: string;
  /** Everyone is sent again, or the file is written again. */
  readonly again?: ResendPreview;
  /** Leaver clocks. No Action shows them: their steps fall due later, and the Guard judges them then. */
  readonly clocks: ClockChanges;
  /** Why the Guard will hold steps of these clocks once they fall due; missing when they are within its limits. */
  readonly clockHold?: string;
}

/** An attribute that is empty for at least this share of people is reported: 90%. */
const mostlyEmpty = 0.9;

/** Plans everyone for a definition; sends and writes nothing. Only pure methods of the Connection are called. */
export async function previewTarget(
  deps: EngineDeps,
  { target, definition, cause, limits = countOnly, again }: PreviewRequest,
): Promise<Preview> {
  const connection = deps.connect(definition, 'read');
  try {
    const compiledTarget = await compileTarget(deps, definition, connection);
    const resend = resendKind(target, connection, again);
    const forgets = resend === 'people';
    const now = deps.clock.now();
    const tally = new PreviewCounter({
      reads: compiledTarget.compiled.mappingReads,
      limits,
      applied: target.definition,
      withinMs: definition.guard.removals.withinMs,
      now,
    });
    const sentAgain = new ResendCounter(connection, definition);
    const frame = {
      definition,
      compiledTarget,
      at: now,
      now,
      contacts: await readContacts(deps),
      takenOver: new Set<string>(),
      exchanged: new Set<string>(),
      forgets,
    };
    const looks = allSubjects(deps, target.name, cause);
    for await (const page of looks) {
      for (const planned of await planPage(deps, frame, page)) {
        tally.add(planned, (view) => compiledTarget.scope(view));
        sentAgain.add(planned);
      }
      await nextTurn();
    }
    return {
      ...tally.toPreview(),
      ...(resend !== undefined && { again: { what: resend, ...sentAgain.counts } }),
      ...(!forgets && (await guardOf(deps, definition, tally, now))),
    };
  } finally {
    await connection.close();
  }
}

/** True if applying the preview makes the Target live; it then waits for the first cycle. */
export function goesLive({ appliedAt, state }: Target, { again }: Pick<Preview, 'again'>): boolean {
  return appliedAt === undefined || state === 'draft' || again?.what === 'people';
}

/** What the Guard says to the Actions now, and to the leaver clocks when they fall due. `now` is the moment of the plan. */
async function guardOf(
  deps: EngineDeps,
  definition: TargetDefinition,
  tally: PreviewCounter,
  now: Date,
): Promise<Pick<Preview, 'guard' | 'clockHold'>> {
  const { removals, changes } = definition.guard;
  const readCounts = (removalsSince: Date) =>
    deps.store.outbox.guardCounts(definition.target, removalsSince, new Date(now.getTime() - changes.withinMs));
  const counts = await readCounts(new Date(now.getTime() - removals.withinMs));
  const verdict = checkGuard(definition.guard, counts, tally.guarded, tally.withdrawn);
  const why = (['removals', 'changes'] as const)
    .flatMap((what) => {
      const hold = verdict[what];
      return hold === undefined ? [] : [describeGuarded(what, hold.total, hold.limit)];
    })
    .join('; ');
  const windows = spanWindows(removals.withinMs, tally.clocks.due).map(async (window) => {
    const then = window.from >= now ? forgetWindow(counts) : await readCounts(window.from);
    return { ...window, counts: tally.countAfter(then) };
  });
  const clockHold = checkClocks(definition.guard, await Promise.all(windows));
  return {
    ...(why !== '' && { guard: { why, passed: describePassed(verdict, counts, tally.guarded) } }),
    ...(clockHold !== undefined && { clockHold }),
  };
}

class PreviewCounter {
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

  /** `withinMs` is the Guard's window for removals; `now` the moment of the plan. */
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
      if (this.#heldBack.length < this.#limits.lines) this.#heldBack.push({ view, why: desired.why });
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

  toPreview(): Preview {
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
    const { look, view, shadow } = planned;
    this.#digest.addClock(look.subject, change);
    this.#clocks.add(change, { subject: look.subject, rows: shadow?.sent ?? [], ...(view !== undefined && { view }) });
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
