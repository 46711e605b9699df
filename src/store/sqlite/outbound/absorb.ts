import { settlingStates } from '../../../domain/delivery.ts';
import type { Delivery, Planned } from '../../../domain/delivery.ts';
import { guardedAs } from '../../../domain/guarded.ts';
import type { SubjectRef, TargetName } from '../../../domain/ids.ts';
import type { PlanEntry } from '../../store.ts';
import type { Slice } from '../slice.ts';
import type { OutboundRows } from './outbound-rows.ts';
import type { ReleasedRun } from './plan-rows.ts';

/** Entries that one unit brings into the outbox at most. */
const most = 500;
/** Entries that are read at once. */
const atOnce = 50;

/** Brings entries of released Plans into the outbox. Runs within a unit. */
export class Absorber {
  readonly #rows: OutboundRows;
  readonly #slice: Slice;

  constructor(rows: OutboundRows, slice: Slice) {
    this.#rows = rows;
    this.#slice = slice;
  }

  /** Absorbs one portion of the oldest released Run, as large as there is time for. @returns true while there may be more. */
  absorb(target: TargetName, now: Date): boolean {
    const { plans } = this.#rows;
    const released = plans.oldest(target);
    if (released === undefined) return false;
    const hasTime = this.#slice.begin();
    for (let run = released, done = 0; done < most;) {
      const entries = plans.entries(run.id, atOnce);
      for (const { n, entry } of entries) {
        run = new EntryAbsorption(this.#rows, run, entry, now).carryOut();
        plans.removeEntry(run.id, n);
        done += 1;
        if (!hasTime()) return true;
      }
      if (entries.length < atOnce) {
        plans.end(run.id);
        return plans.oldest(target) !== undefined;
      }
    }
    return true;
  }
}

/** One entry on its way into the outbox. What it was planned from may have moved meanwhile: then the Subject is planned again. */
class EntryAbsorption {
  readonly #rows: OutboundRows;
  readonly #entry: PlanEntry;
  readonly #subject: SubjectRef;
  readonly #target: TargetName;
  readonly #now: Date;
  #run: ReleasedRun;

  constructor(rows: OutboundRows, run: ReleasedRun, entry: PlanEntry, now: Date) {
    this.#rows = rows;
    this.#run = run;
    this.#entry = entry;
    this.#subject = entry.subject;
    this.#target = run.target;
    this.#now = now;
  }

  /** @returns the Run, with the number of its hold once there is one. */
  carryOut(): ReleasedRun {
    const { marks } = this.#rows;
    marks.use(this.#target, this.#subject, this.#run.marksUpTo, this.#run.at);
    this.#noteRow();
    const open = this.#rows.deliveries.openOf(this.#target, this.#subject);
    if (this.#entry.doubt !== undefined) this.#rows.deliveries.changeDoubt(this.#target, this.#entry.doubt, this.#now);
    // Its settlement marks the Subject; a Mark from here would be used up, and made again, until then.
    if (open !== undefined && settlingStates.includes(open.state)) return this.#run;
    if (this.#isOvertaken()) {
      this.#lookAgain();
      return this.#run;
    }
    this.#dissolve(open);
    if (this.#entry.takeOver !== undefined) this.#takeOver(this.#entry.takeOver);
    if (this.#entry.leaving !== undefined) this.#leave(this.#entry.leaving);
    if (this.#entry.want !== undefined) this.#deliver(this.#entry.want);
    else if (this.#entry.blockedBy !== undefined) this.#waitFor(this.#entry.blockedBy);
    if (this.#entry.wakeAt !== undefined) marks.replace(this.#target, { subject: this.#subject, at: this.#entry.wakeAt, cause: 'clock' });
    return this.#run;
  }

  /** Whether a row can be made of the person holds whatever became of its Deliveries meanwhile. */
  #noteRow(): void {
    const { noRow } = this.#entry;
    if (noRow === undefined) return;
    if (noRow === null) this.#rows.noRows.remove(this.#target, this.#subject);
    else this.#rows.noRows.put(this.#target, this.#subject, noRow, this.#run.at);
  }

  /** True when the entry no longer fits what is there. */
  #isOvertaken(): boolean {
    const { want, takeOver } = this.#entry;
    if (takeOver !== undefined) return !this.#mayTakeOver(takeOver);
    const needsShadow = want !== undefined && want.action !== 'create';
    const hasShadow = this.#rows.shadows.get(this.#target, this.#subject) !== undefined;
    return want !== undefined && needsShadow !== hasShadow;
  }

  #mayTakeOver(from: SubjectRef): boolean {
    const { shadows, deliveries } = this.#rows;
    const open = deliveries.openOf(this.#target, from);
    if (open !== undefined && settlingStates.includes(open.state)) return false;
    return shadows.get(this.#target, from) !== undefined && shadows.get(this.#target, this.#subject) === undefined;
  }

  #dissolve(open: Delivery | undefined): void {
    const { supersedes, want } = this.#entry;
    for (const id of supersedes) {
      const delivery = id === open?.id ? open : this.#rows.deliveries.get(id);
      if (delivery?.target === this.#target) this.#rows.supersede(delivery, 'something newer took its place', this.#now);
    }
    // At most one is open for a Subject, whatever the plan knew.
    if (open !== undefined && want !== undefined && !supersedes.includes(open.id)) {
      this.#rows.supersede(open, 'something newer took its place', this.#now);
    }
  }

  #takeOver(from: SubjectRef): void {
    const { shadows, keys, deliveries, blocks } = this.#rows;
    const open = deliveries.openOf(this.#target, from);
    if (open !== undefined) this.#rows.supersede(open, 'the record was taken over', this.#now);
    shadows.move(this.#target, from, this.#subject);
    keys.move(this.#target, from, this.#subject);
    blocks.free(this.#target, from, this.#now);
  }

  #leave(leaving: NonNullable<PlanEntry['leaving']> | null): void {
    this.#rows.shadows.leave(this.#target, this.#subject, leaving);
    this.#rows.blocks.free(this.#target, this.#subject, this.#now);
  }

  #deliver(want: Planned): void {
    const blockers = this.#blockersOf(want);
    if (blockers === undefined) this.#queue(want);
    else this.#park(want, blockers);
  }

  /** Whom a create waits for; `undefined` when it is free to go. */
  #blockersOf(want: Planned): readonly SubjectRef[] | undefined {
    if (want.action !== 'create') return undefined;
    const others = this.#rows.keys.others(this.#target, this.#subject, this.#entry.keys ?? []);
    if (this.#entry.blockedBy !== undefined) return [...this.#entry.blockedBy, ...others];
    return others.length > 0 ? others : undefined;
  }

  #queue(want: Planned): void {
    const { deliveries, keys, idempotencyKey } = this.#rows;
    const hold = this.#holdFor(want);
    deliveries.insert(want, {
      ...this.#common(),
      idempotencyKey: idempotencyKey(),
      state: hold === undefined ? 'queued' : 'held',
      blocked: false,
      answer: '',
      ...(hold !== undefined && { hold }),
    });
    if (want.action === 'create') keys.set(this.#target, this.#subject, 'create', this.#entry.keys ?? []);
  }

  #park(want: Planned, blockers: readonly SubjectRef[]): void {
    const { deliveries, idempotencyKey } = this.#rows;
    const answer = this.#entry.why ?? 'another person matches the same record';
    deliveries.insert(want, { ...this.#common(), idempotencyKey: idempotencyKey(), state: 'parked', blocked: true, answer });
    this.#waitFor(blockers);
  }

  #common() {
    const { keys = [], notBefore } = this.#entry;
    return {
      target: this.#target,
      run: this.#run.id,
      at: this.#now,
      notBefore: notBefore ?? this.#now,
      keys,
      released: this.#run.released,
    };
  }

  /** Waits for others. What they do from now on marks this one; what they did since the plan was made has to be asked for. */
  #waitFor(blockers: readonly SubjectRef[]): void {
    this.#rows.blocks.set(this.#target, this.#subject, blockers);
    if (blockers.every((blocker) => !this.#mayHaveMoved(blocker)) && blockers.length > 0) return;
    this.#lookAgain();
  }

  #mayHaveMoved(blocker: SubjectRef): boolean {
    const { shadows, deliveries, marks } = this.#rows;
    if (marks.isMarkedSince(this.#target, blocker, this.#run.marksUpTo)) return true;
    return shadows.get(this.#target, blocker) === undefined && deliveries.openOf(this.#target, blocker) === undefined;
  }

  /** The hold that the Guard puts this Action under, opened with the first one. */
  #holdFor(want: Planned): number | undefined {
    const what = guardedAs(want);
    const hold = what === undefined ? undefined : this.#run.holds[what];
    if (what === undefined || hold === undefined || this.#run.released) return undefined;
    const { holds, plans } = this.#rows;
    const number = hold.number ?? holds.begin(this.#target, what, hold.why, this.#now);
    if (hold.number === undefined) {
      plans.setHold(this.#run.id, what, number);
      this.#run = { ...this.#run, holds: { ...this.#run.holds, [what]: { why: hold.why, number } } };
    }
    holds.add(this.#target, number, 1);
    return number;
  }

  #lookAgain(): void {
    this.#rows.marks.add(this.#target, { subject: this.#subject, at: this.#now, cause: 'settled' });
  }
}
