// Stores how operators respond to holds: releases, rejections, withdrawn rejections.
import type { Decision, Delivery } from '../../../domain/delivery.ts';
import type { SubjectId, SubjectRef, TargetName } from '../../../domain/ids.ts';
import type { Decided } from '../../outbound-reads.ts';
import type { HoldAnswer, HoldChoice, RejectionChoice } from '../../engine-store.ts';
import type { UnitSize } from '../unit-size.ts';
import type { OutboundRows } from './outbound-rows.ts';

/** Number of rows read at once. */
const atOnce = 100;

/** The result of one unit, and whether there may be more to do. */
interface AnswerPortion {
  readonly count: number;
  readonly more: boolean;
}

/** The same, with the last Subject: rejections are read sorted by Subject. */
interface WithdrawPortion extends AnswerPortion {
  readonly last: SubjectId | undefined;
}

/** The progress of the previous units. */
interface Progress {
  readonly sum: number;
  readonly last: SubjectId | undefined;
}

/** Stores how operators respond to holds. Each method runs within a unit and processes one batch of people. */
export class Answers {
  readonly #rows: OutboundRows;
  readonly #unitSize: UnitSize;

  constructor(rows: OutboundRows, unitSize: UnitSize) {
    this.#rows = rows;
    this.#unitSize = unitSize;
  }

  /** Queues the selected Deliveries as accepted by an operator. */
  accept(target: TargetName, choice: HoldChoice, by: string, now: Date): HoldAnswer {
    const { holds } = this.#rows;
    const { hold, revision, subjects } = choice;
    const chosen = subjects === undefined ? undefined : this.#heldOf(target, subjects, choice);
    for (const { id } of chosen ?? []) holds.acceptOne(id, now);
    const count = chosen?.length ?? holds.accept(target, hold, revision, now);
    holds.closeEmpty(target, now);
    this.#note(target, by, 'accept', `${nameHold(hold)}: ${count} released`, now);
    return { count, left: holds.count(target, hold) };
  }

  /** Converts a batch of the selected Deliveries to Decisions. `sum` is the number in previous batches. */
  reject(target: TargetName, choice: HoldChoice, by: string, now: Date, sum: number): AnswerPortion {
    const { holds } = this.#rows;
    const hasRoom = this.#unitSize.begin();
    const { hold, revision, subjects } = choice;
    const chosen =
      subjects === undefined ? holds.chosen(target, hold, revision, atOnce) : this.#heldOf(target, subjects, choice).slice(0, atOnce);
    let count = 0;
    for (const delivery of chosen) {
      this.#reject(delivery, by, now);
      count += 1;
      if (!hasRoom()) break;
    }
    holds.closeEmpty(target, now);
    const more = count < chosen.length || chosen.length === atOnce;
    if (!more) this.#note(target, by, 'reject', `${nameHold(hold)}: ${sum + count} rejected`, now);
    return { count, more };
  }

  /** Withdraws a batch of the rejections of a Target. Previous batches withdrew `sum` rejections, up to the Subject `last`. */
  withdraw(target: TargetName, choice: RejectionChoice, by: string, now: Date, { sum, last }: Progress): WithdrawPortion {
    const { decisions, rechecks } = this.#rows;
    const hasRoom = this.#unitSize.begin();
    const found = this.#rejections(target, choice, last);
    let count = 0;
    let reached = last;
    for (const { subject, decision } of found) {
      if (!hasRoom() && reached !== last) return { count, more: true, last: reached };
      reached = subject.id;
      if (choice.asOf !== undefined && decision.at > choice.asOf) continue;
      decisions.remove(target, subject);
      rechecks.add(target, { subject, at: now, cause: 'asked' });
      count += 1;
    }
    if (choice.subjects === undefined && found.length === atOnce) return { count, more: true, last: reached };
    this.#note(target, by, 'withdraw', `${sum + count} rejections withdrawn`, now);
    return { count, more: false, last: reached };
  }

  #rejections(target: TargetName, { subjects }: RejectionChoice, last: SubjectId | undefined): readonly Decided[] {
    const { decisions } = this.#rows;
    if (subjects === undefined) return decisions.rejections(target, last, atOnce);
    return subjects
      .filter(({ id }) => last === undefined || id > last)
      .toSorted((one, other) => (one.id < other.id ? -1 : 1))
      .flatMap((subject) => {
        const decision = decisions.get(target, subject);
        return decision?.is === 'removalRejected' || decision?.is === 'changeRejected' ? [{ subject, decision }] : [];
      });
  }

  #note(target: TargetName, by: string, what: string, detail: string, now: Date): void {
    this.#rows.targets.note(target, { at: now, by, what, detail });
  }

  /** The selected held Deliveries of these Subjects. */
  #heldOf(target: TargetName, subjects: readonly SubjectRef[], { hold, revision }: HoldChoice): readonly Delivery[] {
    return subjects.flatMap((subject) => {
      const open = this.#rows.deliveries.openOf(target, subject);
      const isChosen =
        open?.state === 'held' &&
        (hold === undefined || open.hold === hold) &&
        (revision === undefined || (open.holdRevision ?? 0) <= revision);
      return isChosen ? [open] : [];
    });
  }

  #reject(delivery: Delivery, by: string, now: Date): void {
    const { target, subject } = delivery;
    this.#rows.decisions.put(target, subject, toRejection(delivery, by, now));
    this.#rows.supersede(delivery, `rejected by ${by}`, now);
    this.#rows.rechecks.add(target, { subject, at: now, cause: 'asked' });
  }
}

/** A rejection applies only to the same removal (reason, condition and time), or to a change with the same content. */
function toRejection({ removal, hash }: Delivery, by: string, at: Date): Decision {
  if (removal === undefined) return { is: 'changeRejected', hash, by, at };
  return {
    is: 'removalRejected',
    reason: removal.reason,
    ...(removal.condition !== undefined && { condition: removal.condition }),
    since: removal.since,
    by,
    at,
  };
}

function nameHold(hold: number | undefined): string {
  return hold === undefined ? 'all holds' : `hold ${hold}`;
}
