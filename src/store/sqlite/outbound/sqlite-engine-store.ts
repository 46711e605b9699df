// Implements the engine's write port on SQLite.
import type { Database, Statement } from 'better-sqlite3';
import type { Recheck } from '../../../domain/change.ts';
import type { Clock } from '../../../domain/clock.ts';
import type { Decision, Delivery } from '../../../domain/delivery.ts';
import type { DeliveryId, RunId, SubjectId, SubjectRef, TargetName } from '../../../domain/ids.ts';
import type { Target } from '../../../domain/target.ts';
import type { JournalEntry } from '../../outbound-reads.ts';
import type {
  EngineStore,
  RetriedCounts,
  HoldAnswer,
  HoldChoice,
  PlanEntry,
  RejectionChoice,
  RunKind,
  RunRelease,
  SettleResult,
  Settlement,
} from '../../engine-store.ts';
import type { DatabaseAccess } from '../database-access.ts';
import { Absorber } from './absorb-plan.ts';
import { Answers } from './hold-answers.ts';
import { Erasure } from './erasure.ts';
import type { OutboundRows } from './outbound-rows.ts';
import { Publications, type PublicationPortion } from './publications.ts';
import { Retries } from './retries.ts';
import { Settler } from './settle-delivery.ts';
import { prepare } from '../prepare.ts';
import type { UnitSize } from '../unit-size.ts';

interface Parts {
  readonly access: DatabaseAccess;
  readonly rows: OutboundRows;
  readonly clock: Clock;
  /** Limits the number of rows per unit, for operations that work in batches. */
  readonly unitSize: UnitSize;
}

/** Number of entries that are staged, or deleted after being discarded, in one unit. */
const portion = 500;

/** Writes of the engine. */
export class SqliteEngine implements EngineStore {
  readonly #access: DatabaseAccess;
  readonly #rows: OutboundRows;
  readonly #clock: Clock;
  readonly #unitSize: UnitSize;
  readonly #absorber: Absorber;
  readonly #settler: Settler;
  readonly #publications: Publications;
  readonly #erasure: Erasure;
  readonly #answers: Answers;
  readonly #retries: Retries;
  readonly #recover: Statement<{ now: number; target: string | null }>;
  readonly #prune: Statement<[number, number]>;

  constructor(db: Database, { access, rows, clock, unitSize }: Parts) {
    this.#access = access;
    this.#rows = rows;
    this.#clock = clock;
    this.#unitSize = unitSize;
    this.#absorber = new Absorber(rows, unitSize);
    this.#settler = new Settler(rows);
    this.#publications = new Publications(db, rows, unitSize);
    this.#erasure = new Erasure(db, rows, unitSize);
    this.#answers = new Answers(rows, unitSize);
    this.#retries = new Retries(db, rows);
    this.#recover = prepare(
      db,
      `
      update deliveries indexed by deliveries_sending set state = 'unclear', was_unclear = 1, checked = 0, not_before = +@now,
        answered_at = +@now, answer = 'Vestibule stopped before the answer came'
      where state = 'sending' and publication is null and (+@target is null or target = +@target)`,
    );
    this.#prune = prepare(db, 'delete from deliveries where id in (select id from deliveries where settled_at < +? limit +?)');
  }

  changeTarget(name: TargetName, change: (now: Target | undefined) => Target, journal?: JournalEntry): Promise<Target> {
    return this.#access.write(() => {
      const before = this.#rows.targets.get(name);
      const after = change(before);
      if (after.name !== name) throw new Error(`Internal error: an update of target ${name} returned target ${after.name}`);
      if (after === before) return after;
      this.#rows.targets.put(after);
      if (journal !== undefined) this.#rows.targets.note(name, journal);
      return after;
    });
  }

  beginRun(run: { target: TargetName; kind: RunKind; at: Date; rechecksUpTo: number }): Promise<RunId> {
    return this.#access.write(() => this.#rows.plans.begin(run));
  }

  stage(run: RunId, entries: readonly PlanEntry[]): Promise<void> {
    if (entries.length > portion)
      return Promise.reject(new Error(`Internal error: too many entries staged at once (${entries.length}, max ${portion})`));
    return this.#access.write(() => {
      this.#rows.plans.targetOf(run);
      this.#rows.plans.stage(run, entries);
    });
  }

  release(run: RunId, release: RunRelease): Promise<void> {
    return this.#access.write(() => {
      const target = this.#rows.plans.targetOf(run);
      this.#rows.plans.release(run, release);
      this.#rows.targets.moveCursor(target, release);
    });
  }

  absorb(target: TargetName, now: Date): Promise<boolean> {
    return this.#access.write(() => this.#absorber.absorb(target, now));
  }

  async discardRuns(target: TargetName): Promise<void> {
    if (!(await this.#access.read(() => this.#rows.plans.hasWaste(target)))) return;
    await this.#access.write(() => this.#rows.plans.discard(target));
    while (await this.#access.write(() => this.#rows.plans.removeDiscarded(target, portion * 4))) {
      // Each batch is a separate unit. After a crash in between, the entries are not visible.
    }
  }

  async send(ids: readonly DeliveryId[]): Promise<readonly Delivery[]> {
    const sent: Delivery[] = [];
    for (let from = 0; from < ids.length;) {
      const left = ids.slice(from);
      const portion = await this.#access.write(() => this.#sendSome(left));
      sent.push(...portion.sent);
      from += portion.tried;
    }
    return sent;
  }

  async recover(now: Date, target?: TargetName): Promise<number> {
    while ((await this.#access.write(() => this.#publications.unbind(target))).more) {
      // Each batch is a separate unit, here and below.
    }
    return this.#access.write(() => this.#recover.run({ now: now.getTime(), target: target ?? null }).changes);
  }

  settle(target: TargetName, settlements: readonly Settlement[], now: Date): Promise<readonly SettleResult[]> {
    return this.#access.write(() => this.#settler.settle(target, settlements, now));
  }

  async beginPublication(target: TargetName, publication: string, now: Date): Promise<number> {
    for (let bound = 0, last = 0; ;) {
      const portion = await this.#access.write(() => this.#publications.begin(target, publication, now, bound, last));
      bound += portion.count;
      last = portion.last;
      if (!portion.more) return bound;
    }
  }

  finishPublication(target: TargetName, publication: string, answer: string, now: Date): Promise<number> {
    return this.#inPortions(() => this.#publications.finish(target, publication, answer, now));
  }

  async abandonPublication(target: TargetName, publication: string, answer: string, notBefore: Date): Promise<void> {
    await this.#inPortions(() => this.#publications.abandon(target, publication, answer, notBefore));
  }

  accept(target: TargetName, choice: HoldChoice, by: string, now: Date): Promise<HoldAnswer> {
    return this.#access.write(() => this.#answers.accept(target, choice, by, now));
  }

  async reject(target: TargetName, choice: HoldChoice, by: string, now: Date): Promise<HoldAnswer> {
    for (let sum = 0; ;) {
      const { count, more } = await this.#access.write(() => this.#answers.reject(target, choice, by, now, sum));
      sum += count;
      if (!more) return this.#access.read(() => ({ count: sum, left: this.#rows.holds.count(target, choice.hold) }));
    }
  }

  async withdraw(target: TargetName, choice: RejectionChoice, by: string, now: Date): Promise<number> {
    for (let sum = 0, last: SubjectId | undefined; ;) {
      const from = last;
      const portion = await this.#access.write(() => this.#answers.withdraw(target, choice, by, now, { sum, last: from }));
      sum += portion.count;
      last = portion.last;
      if (!portion.more) return sum;
    }
  }

  hasten(target: TargetName, subject: SubjectRef | undefined, visibleAfterMs: number | undefined, now: Date): Promise<number> {
    return this.#access.write(() => this.#retries.hasten(target, subject, visibleAfterMs, now));
  }

  holdQueued(target: TargetName, what: 'removals' | 'changes', why: string, now: Date): Promise<number> {
    return this.#access.write(() => this.#rows.holds.holdQueued(target, what, why, now));
  }

  retry(target: TargetName, subject: SubjectRef | undefined, now: Date): Promise<RetriedCounts> {
    return this.#access.write(() => this.#retries.retry(target, subject, now));
  }

  async forgetTarget(target: TargetName, answer: string): Promise<void> {
    while (await this.#access.write(() => this.#erasure.forget(target, answer, this.#clock.now()))) {
      // Each batch is a separate unit, here and below.
    }
  }

  async eraseTarget(target: TargetName): Promise<void> {
    while (await this.#access.write(() => this.#erasure.erase(target))) {
      // The last batch deletes the Target's own row.
    }
  }

  renameTarget(
    from: TargetName,
    to: TargetName,
    change: (from: Target, to: Target | undefined) => Target,
    journal: JournalEntry,
  ): Promise<Target> {
    return this.#access.write(() => {
      const { targets } = this.#rows;
      const before = targets.get(from);
      if (before === undefined) throw new Error(`Internal error: target ${from} is not in the store`);
      const after = change(before, targets.get(to));
      if (after.name !== to) throw new Error(`Internal error: a rename of target ${from} to ${to} returned target ${after.name}`);
      this.#erasure.rename(from, to);
      targets.remove(from);
      targets.put(after);
      targets.note(to, journal);
      return after;
    });
  }

  decide(target: TargetName, subject: SubjectRef, decision: Decision | undefined): Promise<void> {
    return this.#access.write(() => {
      if (decision === undefined) this.#rows.decisions.remove(target, subject);
      else this.#rows.decisions.put(target, subject, decision);
      this.#rows.rechecks.add(target, { subject, at: decision?.at ?? this.#clock.now(), cause: 'asked' });
    });
  }

  addRechecks(target: TargetName, rechecks: readonly Recheck[]): Promise<void> {
    return this.#access.write(() => {
      for (const recheck of rechecks) this.#rows.rechecks.add(target, recheck);
    });
  }

  pruneDeliveries(before: Date, limit: number): Promise<boolean> {
    return this.#access.write(() => this.#prune.run(before.getTime(), limit).changes === limit);
  }

  /** Marks as many of these Deliveries as *sending* as one unit allows. */
  #sendSome(ids: readonly DeliveryId[]): { readonly sent: readonly Delivery[]; readonly tried: number } {
    const hasRoom = this.#unitSize.begin();
    const sent: Delivery[] = [];
    let tried = 0;
    for (const id of ids) {
      const delivery = this.#rows.deliveries.send(id);
      if (delivery !== undefined) sent.push(delivery);
      tried += 1;
      if (!hasRoom()) break;
    }
    return { sent, tried };
  }

  /** Runs one batch after another, each a separate unit. @returns the sum of their counts. */
  async #inPortions(write: () => PublicationPortion): Promise<number> {
    for (let sum = 0; ;) {
      const { count, more } = await this.#access.write(write);
      sum += count;
      if (!more) return sum;
    }
  }

  pruneHistory(before: Date, limit: number): Promise<boolean> {
    return this.#access.write(() => {
      const runs = this.#rows.plans.prune(before, limit);
      const lines = this.#rows.targets.pruneJournal(before, limit);
      const holds = this.#rows.holds.prune(before, limit);
      return [runs, lines, holds].includes(limit);
    });
  }
}
