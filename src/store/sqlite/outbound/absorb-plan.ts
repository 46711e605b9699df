// Moves the entries of a released Plan into the outbox.
import { settlingStates, type Delivery, type Planned } from '../../../domain/delivery.ts';
import { guardedAs, isSameGuarded } from '../../../domain/guard-counts.ts';
import type { SourceId, SubjectRef, TargetName } from '../../../domain/ids.ts';
import type { PlanEntry } from '../../engine-store.ts';
import type { UnitSize } from '../unit-size.ts';
import { claimsKeys, type OutboundRows } from './outbound-rows.ts';
import type { HoldPlace } from './delivery-rows.ts';
import type { ReleasedRun } from './plan-rows.ts';
import { isSameSubject } from './subject-columns.ts';

/** Max number of entries that one unit moves into the outbox. */
const maxEntries = 500;
/** Number of entries read at once. */
const atOnce = 50;

/** Moves entries of released Plans into the outbox. Runs within a unit. */
export class Absorber {
  readonly #rows: OutboundRows;
  readonly #unitSize: UnitSize;

  constructor(rows: OutboundRows, unitSize: UnitSize) {
    this.#rows = rows;
    this.#unitSize = unitSize;
  }

  /** Moves one batch of entries of the oldest released Run. @returns true if there may be more. */
  absorb(target: TargetName, now: Date): boolean {
    const { plans } = this.#rows;
    const released = plans.oldest(target);
    if (released === undefined) return false;
    const hasRoom = this.#unitSize.begin();
    for (let done = 0; done < maxEntries;) {
      const entries = plans.entries(released.id, atOnce);
      for (const { n, entry } of entries) {
        new EntryAbsorption(this.#rows, released, entry, now).carryOut();
        plans.removeEntry(released.id, n);
        done += 1;
        if (!hasRoom()) return true;
      }
      if (entries.length < atOnce) {
        plans.end(released.id);
        return plans.oldest(target) !== undefined;
      }
    }
    return true;
  }
}

/** The answer of a Delivery that is parked because of another person's match fields. */
const sameRecord = 'another person matches the same record';

/** Moves one entry into the outbox. If the facts have changed since the Plan, the Subject is planned again. */
class EntryAbsorption {
  readonly #rows: OutboundRows;
  readonly #entry: PlanEntry;
  readonly #subject: SubjectRef;
  readonly #target: TargetName;
  readonly #now: Date;
  readonly #run: ReleasedRun;
  /** The held Delivery that this entry has replaced. */
  #wasHeld: Delivery | undefined;

  constructor(rows: OutboundRows, run: ReleasedRun, entry: PlanEntry, now: Date) {
    this.#rows = rows;
    this.#run = run;
    this.#entry = entry;
    this.#subject = entry.subject;
    this.#target = run.target;
    this.#now = now;
  }

  carryOut(): void {
    this.#change();
    // Called last, so that a Delivery that is planned again joins the same hold, even if its predecessor was the last one in the hold.
    if (this.#wasHeld !== undefined) this.#rows.holds.closeEmpty(this.#target, this.#now);
  }

  #change(): void {
    const { rechecks } = this.#rows;
    rechecks.use(this.#target, this.#subject, this.#run.rechecksUpTo, this.#run.at);
    this.#storeNoRow();
    const open = this.#rows.deliveries.openOf(this.#target, this.#subject);
    if (this.#entry.doubt !== undefined) this.#rows.deliveries.changeDoubt(this.#target, this.#entry.doubt, this.#now);
    // The settlement of this Delivery adds a recheck for the Subject. Adding one here would cause repeated planning until then.
    if (open !== undefined && settlingStates.includes(open.state)) return;
    if (this.#isOvertaken()) {
      this.#recheckNow();
      return;
    }
    this.#dissolve(open);
    if (this.#entry.takeOver !== undefined) this.#takeOver(this.#entry.takeOver);
    if (this.#entry.leaving !== undefined) this.#leave(this.#entry.leaving);
    if (this.#entry.want !== undefined) this.#deliver(this.#entry.want);
    else if (this.#entry.blockedBy !== undefined) this.#waitFor(this.#entry.blockedBy);
    if (this.#entry.wakeAt !== undefined)
      rechecks.replace(this.#target, { subject: this.#subject, at: this.#entry.wakeAt, cause: 'clock' });
  }

  /** Stores why the person has no valid row. This applies regardless of the person's Deliveries. */
  #storeNoRow(): void {
    const { noRow } = this.#entry;
    if (noRow === undefined) return;
    if (noRow === null) this.#rows.noRows.remove(this.#target, this.#subject);
    else this.#rows.noRows.put(this.#target, this.#subject, noRow, this.#run.at);
  }

  /** True if the entry no longer matches the current Shadow and Delivery. */
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
      if (delivery?.target === this.#target) this.#supersede(delivery, 'superseded by a newer action');
    }
    // A Subject has at most one open Delivery, even if the Plan did not know about it.
    if (open !== undefined && want !== undefined && !supersedes.includes(open.id)) {
      this.#supersede(open, 'superseded by a newer action');
    }
  }

  #supersede(delivery: Delivery, answer: string): void {
    const { blocks, deliveries, keys } = this.#rows;
    // Subjects whose queued update takes the match keys that this one no longer gives up.
    const partners = this.#entry.exchangesWith === undefined ? blocks.waitingFor(this.#target, delivery.subject) : [];
    this.#rows.supersede(delivery, answer, this.#now);
    for (const partner of partners) {
      if (deliveries.parkUpdate(this.#target, partner, sameRecord, this.#now)) keys.clear(this.#target, partner, 'open');
    }
    if (delivery.state === 'held') this.#wasHeld = delivery;
    // The Target may have carried out the Delivery, so the Plan, which is based on the last accepted record, is outdated.
    if (delivery.wasUnclear && delivery.action !== 'create') this.#recheckNow();
  }

  #takeOver(from: SubjectRef): void {
    const { shadows, keys, deliveries, blocks, noRows } = this.#rows;
    const open = deliveries.openOf(this.#target, from);
    if (open !== undefined) this.#supersede(open, 'another person adopted the record');
    shadows.move(this.#target, from, this.#subject, this.#entry.source);
    // The planned record may equal the last accepted one and still differ from the record at the Target.
    if (shadows.get(this.#target, this.#subject)?.doubtful === true) this.#recheckNow();
    keys.move(this.#target, from, this.#subject);
    // For a person who was missing in the staging store and whose record now belongs to another person.
    noRows.remove(this.#target, from);
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

  /** Other people who claim the record's new match keys, except those who give them up in the same Plan; `undefined` if there are none. */
  #blockersOf(want: Planned): readonly SubjectRef[] | undefined {
    if (!claimsKeys(want.action)) return undefined;
    const { blockedBy = [], exchangesWith = [] } = this.#entry;
    const blockers = [...blockedBy, ...this.#claimants().filter((other) => !exchangesWith.some((one) => isSameSubject(one, other)))];
    return blockers.length > 0 ? blockers : undefined;
  }

  /** The other people who claim the record's new match keys now. */
  #claimants(): readonly SubjectRef[] {
    return this.#rows.keys.others(this.#target, this.#subject, this.#entry.keys ?? []).map((claimant) => claimant.subject);
  }

  #queue(want: Planned): void {
    const { deliveries, keys, idempotencyKey } = this.#rows;
    const place = this.#placeFor(want);
    deliveries.insert(want, {
      ...this.#common(),
      idempotencyKey: idempotencyKey(),
      state: place === undefined ? 'queued' : 'held',
      blocked: false,
      answer: '',
      ...(place !== undefined && { place }),
    });
    if (claimsKeys(want.action)) keys.set(this.#target, this.#subject, 'open', this.#entry.keys ?? []);
    // If the update of a partner is superseded, this one must not be sent alone.
    const { exchangesWith } = this.#entry;
    if (exchangesWith !== undefined) this.#rows.blocks.set(this.#target, this.#subject, exchangesWith);
  }

  #park(want: Planned, blockers: readonly SubjectRef[]): void {
    const { deliveries, idempotencyKey } = this.#rows;
    const answer = this.#entry.why ?? sameRecord;
    deliveries.insert(want, { ...this.#common(), idempotencyKey: idempotencyKey(), state: 'parked', blocked: true, answer });
    this.#waitFor(blockers);
    // Another entry of the Plan has removed the claims since they were read. Without a recheck, the two would wait for each other.
    if (this.#claimants().length === 0) this.#recheckNow();
  }

  #common() {
    const { keys = [], notBefore, source = this.#knownSource() } = this.#entry;
    return {
      target: this.#target,
      ...(source !== undefined && { source }),
      run: this.#run.id,
      at: this.#now,
      notBefore: notBefore ?? this.#now,
      keys,
      released: this.#run.released,
    };
  }

  /** The Source that is stored with the record of a deleted Subject. */
  #knownSource(): SourceId | undefined {
    return this.#rows.shadows.get(this.#target, this.#subject)?.source;
  }

  /** Makes the Subject wait for others. Their later changes recheck it; changes since the Plan was made are checked now. */
  #waitFor(blockers: readonly SubjectRef[]): void {
    this.#rows.blocks.set(this.#target, this.#subject, blockers);
    if (blockers.every((blocker) => !this.#mayHaveMoved(blocker)) && blockers.length > 0) return;
    this.#recheckNow();
  }

  #mayHaveMoved(blocker: SubjectRef): boolean {
    const { shadows, deliveries, rechecks } = this.#rows;
    if (rechecks.isRecheckedSince(this.#target, blocker, this.#run.rechecksUpTo)) return true;
    return shadows.get(this.#target, blocker) === undefined && deliveries.openOf(this.#target, blocker) === undefined;
  }

  /** The hold in which the Guard puts this Action; `undefined` if it is not held. */
  #placeFor(want: Planned): HoldPlace | undefined {
    const what = guardedAs(want);
    const limit = what === undefined ? undefined : this.#run.holds[what];
    if (what === undefined || limit === undefined || this.#run.released) return undefined;
    return this.#keptPlace(want) ?? this.#rows.holds.join(this.#target, what, limit, 1, this.#now);
  }

  /** The place of the held Delivery that this one replaces, if a person who was shown that one has also seen this one. */
  #keptPlace(want: Planned): HoldPlace | undefined {
    const held = this.#wasHeld;
    if (held?.hold === undefined || !isSameSubject(held.subject, this.#subject) || !isSameGuarded(held, want)) return undefined;
    return { hold: held.hold, revision: held.holdRevision ?? 0 };
  }

  #recheckNow(): void {
    this.#rows.rechecks.add(this.#target, { subject: this.#subject, at: this.#now, cause: 'settled' });
  }
}
