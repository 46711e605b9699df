import type { Clock } from '../../src/domain/clock.ts';
import type { Delivery, Planned } from '../../src/domain/delivery.ts';
import { TargetRefused, TargetUnavailable } from '../../src/domain/errors.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import type { OutboundRecord } from '../../src/domain/record.ts';
import type { Answered, Found, RecordConnection } from '../../src/outbound/drivers/driver.ts';
import { textOf } from '../outbound/engine/fake-target.ts';
import { kinds, type Kind } from './system-kinds.ts';
import type { Row } from './oracle.ts';
import { unwritable } from './rules.ts';
import type { Condition, HandEdit, KindName, OnceFault } from './steps.ts';
import type { Watch } from './watched-systems.ts';

/** A record in the system. */
export interface Kept {
  readonly key: string;
  row: Row;
  active: boolean;
  /** The person whose Delivery wrote the record last. */
  owner: string | undefined;
  /** Created or changed manually since the last write of the engine. */
  byHand: boolean;
  /** The e-mail of the create. */
  readonly createdAs: string;
  /** Number of the system's write that set this e-mail. */
  since: number;
  /** The time from which a look-up finds the record. */
  readonly visibleAt: number;
}

/** Response time of a slow system. */
const slowAnswerMs = 40_000;

/** A simulated visitor system in memory that is written record by record, with faults. */
export class RecordSystem {
  readonly name: KindName;
  readonly kind: Kind;
  readonly kept = new Map<string, Kept>();
  condition: Condition = 'well';
  #faults: OnceFault[] = [];
  #next = 1;
  #writes = 0;
  /** Unclear creates at a system without look-ups: their number at the last look-up, by Delivery. */
  readonly #looked = new Map<number, number>();
  readonly #receipts = new Map<string, Outcome>();
  #older: readonly Kept[] | undefined;
  readonly #watch: Watch;
  readonly #clock: Clock;

  constructor(name: Exclude<KindName, 'file'>, watch: Watch, clock: Clock) {
    this.name = name;
    this.kind = kinds[name];
    this.#watch = watch;
    this.#clock = clock;
  }

  /** Number of remaining calls with this fault. */
  fault(fault: OnceFault, times: number): void {
    for (let n = 0; n < times; n += 1) this.#faults.push(fault);
  }

  /** Ends all lasting faults. */
  heal(): void {
    this.condition = 'well';
    this.#faults = [];
  }

  /** Stores a copy of the current records for a restore. */
  backUp(): void {
    this.#older ??= [...this.kept.values()].map((one) => ({ ...one }));
  }

  /** Records with this e-mail. */
  with(email: string): readonly Kept[] {
    return [...this.kept.values()].filter((one) => one.row.Email === email);
  }

  connect(): RecordConnection {
    const { find, repeatable, batchSize, concurrency, accepts, visibleAfterMs } = this.kind;
    return {
      mode: 'record',
      actions: new Set(['create', 'update', 'deactivate', 'delete'] as const),
      batchSize,
      repeatable,
      visibleAfterMs,
      concurrency,
      probe: () => this.#probe(),
      close: async () => undefined,
      deliver: (batch) => this.#deliver(batch),
      ...(find && { find: (planned: Planned) => this.#find(planned) }),
      ...(accepts && { settle: (receipt: string) => this.#settle(receipt) }),
    };
  }

  async #probe(): Promise<void> {
    this.#watch.request(this.name, 'a probe');
    await this.#answers();
    if (this.condition === 'notFound') throw new TargetUnavailable('answered 404 to the probe');
  }

  async #answers(): Promise<void> {
    if (this.condition === 'refuses') throw new TargetRefused('answered 401');
    if (this.condition === 'dead') throw new TargetUnavailable('connection refused');
    if (this.condition !== 'slow') return;
    const { now } = this.#watch;
    this.#watch.target(this.name).slowAt = now;
    await new Promise<void>((resolve) => this.#clock.wakeAt(new Date(now + slowAnswerMs), resolve));
    this.#watch.target(this.name).slowAt = this.#watch.now;
  }

  async #find(planned: Planned): Promise<readonly Found[]> {
    this.#watch.request(this.name, 'a look-up', planned.subject.id);
    const writes = this.#writes;
    await this.#answers();
    if (this.condition === 'notFound') throw new TargetUnavailable('answered 404 to a look-up');
    if (this.#faults[0] === 'lookUpFails') {
      this.#faults.shift();
      throw new TargetUnavailable('answered 500 to a look-up');
    }
    if ('id' in planned) this.#looked.set(Number(planned.id), writes);
    const seen = this.with(textOf(planned.rows[0]?.['Email'])).filter((one) => one.visibleAt <= this.#watch.now);
    return seen.map(({ key, row }) => ({ key, record: { ...row } }));
  }

  async #settle(receipt: string): Promise<Outcome> {
    this.#watch.request(this.name, 'a question about a receipt');
    await this.#answers();
    return this.#receipts.get(receipt) ?? { status: 'unclear', reason: 'unknown receipt' };
  }

  async *#deliver(batch: readonly Delivery[]): AsyncIterable<Answered> {
    for (const delivery of batch) {
      this.#watch.request(this.name, `a ${delivery.action}`, delivery.subject.id);
      this.#watch.tried(this.name, delivery);
    }
    // A slow system acts immediately; only its response is late.
    const late = this.condition === 'slow' ? batch.map((delivery) => this.#answer(delivery)) : undefined;
    await this.#answers();
    if (late !== undefined) return yield* late;
    if (this.condition === 'notFound')
      return yield* batch.map((delivery) => answered(delivery, { status: 'missing', reason: 'answered 404' }));
    const fault = this.#faults[0] === 'lookUpFails' ? undefined : this.#faults.shift();
    yield* this.#deliverWith(fault, batch);
  }

  *#deliverWith(fault: OnceFault | undefined, batch: readonly Delivery[]): Iterable<Answered> {
    const ids = batch.map((delivery) => delivery.id);
    switch (fault) {
      case undefined:
      case 'lookUpFails':
        for (const delivery of batch) yield this.#answer(delivery);
        return;
      case 'timeoutAfterCommit':
        for (const delivery of batch) {
          this.#answer(delivery);
          yield answered(delivery, { status: 'unclear', reason: 'timed out' });
        }
        return;
      case 'lostAfterCommit':
        for (const delivery of batch) this.#answer(delivery);
        throw new TargetUnavailable('connection lost', { mayHaveLeft: ids });
      case 'cutBeforeCommit':
        throw new TargetUnavailable('connection cut', { mayHaveLeft: ids });
      case 'slowDown':
      case 'slowDownUntil':
        for (const delivery of batch) {
          yield answered(delivery, { status: 'retry', reason: 'answered 429', ...(fault === 'slowDownUntil' && { afterMs: 90_000 }) });
        }
        return;
      case 'partialBatch': {
        const half = Math.ceil(batch.length / 2);
        for (const delivery of batch.slice(0, half - (batch.length === 1 ? 1 : 0))) yield this.#answer(delivery);
        for (const delivery of batch.slice(half)) this.#answer(delivery);
        throw new TargetUnavailable('connection lost in mid-batch', { mayHaveLeft: ids.slice(batch.length === 1 ? 0 : half) });
      }
      case 'garbage':
        for (const delivery of batch) this.#answer(delivery);
        yield { delivery: -1, outcome: { status: 'done', key: 'nonsense' } };
    }
  }

  #answer(delivery: Delivery): Answered {
    const outcome = this.#write(delivery);
    if (!this.kind.accepts || delivery.action !== 'create' || outcome.status !== 'done') return answered(delivery, outcome);
    const receipt = `receipt-${delivery.id}`;
    this.#receipts.set(receipt, outcome);
    return answered(delivery, { status: 'accepted', receipt, checkAfterMs: 20_000 });
  }

  #write(delivery: Delivery): Outcome {
    const row = toRow(delivery.rows[0]);
    const removes = delivery.action === 'deactivate' || delivery.action === 'delete';
    if (!removes && row.Name.includes(unwritable)) return { status: 'reject', reason: `Name: ${unwritable} is not allowed` };
    if (delivery.action === 'create') return this.#create(delivery, row);
    const kept = this.kept.get(delivery.key ?? '');
    if (kept === undefined) return { status: 'missing', reason: 'answered 404' };
    const other = this.with(row.Email).find((one) => one !== kept);
    if (delivery.action === 'update' && this.kind.unique && other !== undefined) return { status: 'exists', reason: 'e-mail in use' };
    const before = { owner: kept.owner, active: kept.active, byHand: kept.byHand };
    this.#writes += 1;
    switch (delivery.action) {
      case 'update':
        if (kept.row.Email !== row.Email) kept.since = this.#writes;
        Object.assign(kept, { row, active: true, owner: delivery.subject.id, byHand: false });
        break;
      case 'deactivate':
        kept.active = false;
        break;
      case 'delete':
        this.kept.delete(kept.key);
        break;
    }
    this.#report(delivery, before, delivery.action === 'delete' ? undefined : kept, []);
    return { status: 'done' };
  }

  #create(delivery: Delivery, row: Row): Outcome {
    const [there] = this.with(row.Email);
    if (there !== undefined && this.kind.repeatable) {
      // The record gets the e-mail of another person; its owner is then unknown.
      if (there.owner !== delivery.subject.id) this.#watch.target(this.name).keysReused = true;
      Object.assign(there, { row, active: true, owner: delivery.subject.id, byHand: false });
      return { status: 'done', key: there.key };
    }
    if (there !== undefined && this.kind.unique) {
      return { status: 'exists', reason: 'e-mail in use', ...(this.kind.named && { key: there.key }) };
    }
    const looked = this.#looked.get(delivery.id) ?? this.#writes;
    const twins = this.with(row.Email).filter((one) => !one.byHand && (!this.kind.find || one.since <= looked));
    this.#writes += 1;
    const kept: Kept = {
      key: String(this.#next++),
      row,
      active: true,
      owner: delivery.subject.id,
      byHand: false,
      createdAs: row.Email,
      since: this.#writes,
      visibleAt: this.#watch.now + this.kind.visibleAfterMs,
    };
    this.kept.set(kept.key, kept);
    this.#report(delivery, undefined, kept, this.#isExcused(row) ? [] : twins);
    return { status: 'done', key: kept.key };
  }

  /** Without look-ups, a person who was parked before may be duplicated. */
  #isExcused({ Email }: Row): boolean {
    return !this.kind.find && this.#watch.doubted.has(`${this.name} ${Email}`);
  }

  #report(
    delivery: Delivery,
    before: { owner: string | undefined; active: boolean; byHand: boolean } | undefined,
    after: Kept | undefined,
    twins: readonly Kept[],
  ): void {
    const active = [...this.kept.values()].filter((one) => one.active).length + (after?.active === true ? 0 : 1);
    this.#watch.wrote(this.name, { delivery, before, after: after && { active: after.active }, active, twins });
  }

  /** Changes records like a person who works in the product. `email` and `other` belong to people, `stranger` to no person. */
  edit(edit: HandEdit, email: string, other: string): void {
    const [mine] = this.with(email);
    const watched = this.#watch.target(this.name);
    this.#writes += 1;
    switch (edit) {
      case 'email':
        if (mine === undefined || other === '' || (this.kind.unique && this.with(other).length > 0)) return;
        Object.assign(mine, { row: { ...mine.row, Email: other }, byHand: true, since: this.#writes });
        break;
      case 'delete':
      case 'reuseKey':
        if (mine === undefined) return;
        this.kept.delete(mine.key);
        if (edit === 'reuseKey') this.#addByHand(mine.key, `stranger${mine.key}@x.test`);
        watched.keysReused ||= edit === 'reuseKey';
        break;
      case 'add':
        if (this.kind.unique && this.with(email || other).length > 0) return;
        this.#addByHand(String(this.#next++), email || other || 'stranger@x.test');
        break;
      case 'disable':
        if (mine === undefined) return;
        Object.assign(mine, { active: false, byHand: true });
        break;
      case 'restore':
        this.#restore();
        watched.keysReused = true;
        break;
    }
    // A manually added record is found and adopted, so it needs no correction.
    if (edit !== 'add') watched.touched = true;
  }

  #addByHand(key: string, email: string): void {
    const row = { Email: email, Name: 'By Hand', Department: '' };
    this.kept.set(key, { key, row, active: true, owner: undefined, byHand: true, createdAs: email, since: this.#writes, visibleAt: 0 });
  }

  #restore(): void {
    const older = this.#older ?? [];
    const present = new Set(this.kept.keys());
    this.kept.clear();
    for (const one of older) this.kept.set(one.key, { ...one, byHand: one.byHand || !present.has(one.key), since: this.#writes });
    this.#next = older.reduce((next, one) => Math.max(next, Number(one.key) + 1), 1);
    this.#older = undefined;
  }
}

function answered({ id }: Delivery, outcome: Outcome): Answered {
  return { delivery: id, outcome };
}

function toRow(record: OutboundRecord | undefined): Row {
  return { Email: textOf(record?.['Email']), Name: textOf(record?.['Name']), Department: textOf(record?.['Department']) };
}
