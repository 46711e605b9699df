import type { Delivery, Planned } from '../../../src/domain/delivery.ts';
import { TargetRefused, TargetUnavailable } from '../../../src/domain/errors.ts';
import type { Outcome } from '../../../src/domain/outcome.ts';
import type { OutboundRecord } from '../../../src/domain/record.ts';
import type { Action } from '../../../src/domain/target.ts';
import type { Answered, Found, Published, RecordConnection, SnapshotConnection } from '../../../src/outbound/drivers/driver.ts';

/** A record in the fake system. */
export interface Kept {
  readonly key: string;
  readonly record: OutboundRecord;
  readonly active: boolean;
}

/** The faults of the fake system. */
export interface Faults {
  /** The system is unreachable. */
  down: boolean;
  /** The system rejects the credentials. */
  refuses: boolean;
  /** The system responds that everything is missing, even to the probe. */
  wrongPath: boolean;
  /** Commits without a response for these Deliveries (by e-mail), once each. */
  readonly cutAfterCommit: Set<string>;
  /** Rejects these Deliveries. */
  readonly rejects: Map<string, string>;
  /** Crashes before it writes these Deliveries. */
  readonly poison: Set<string>;
  /** Responds with 5xx without writing these Deliveries. */
  readonly fails: Set<string>;
}

/** A fake visitor system in memory that is written record by record, and matches by Email. */
export class FakeSystem {
  readonly faults: Faults = {
    down: false,
    refuses: false,
    wrongPath: false,
    cutAfterCommit: new Set(),
    rejects: new Map(),
    poison: new Set(),
    fails: new Set(),
  };
  readonly kept = new Map<string, Kept>();
  readonly calls: string[] = [];
  /** Calls `hook` before each write, so that a test can keep a Delivery in *sending*. */
  beforeWrite: (delivery: Delivery) => Promise<void> = async () => undefined;
  /** Called after each write with the e-mail; its errors reach the engine. */
  afterWrite: (email: string) => void = () => undefined;
  /** The last written Delivery. */
  lastDelivery: number | undefined;
  /** True if a change of this record to this e-mail is refused as a duplicate. */
  existsFor: (email: string, key: string) => boolean = () => false;
  #next = 1;

  /** Records with this e-mail, active or not. */
  with(email: string): readonly Kept[] {
    return [...this.kept.values()].filter((kept) => emailOf(kept.record) === email);
  }

  /** E-mails of active records, sorted. */
  active(): readonly string[] {
    return [...this.kept.values()].flatMap((kept) => (kept.active ? [emailOf(kept.record)] : [])).sort();
  }

  connect(options: { readonly batchSize?: number; readonly find?: boolean; readonly actions?: readonly Action[] } = {}): RecordConnection {
    return {
      mode: 'record',
      actions: new Set(options.actions ?? (['create', 'update', 'deactivate', 'delete'] as const)),
      batchSize: options.batchSize ?? 1,
      repeatable: false,
      visibleAfterMs: 0,
      concurrency: 1,
      probe: async () => this.#assertWorks(),
      close: async () => undefined,
      deliver: (batch) => this.#deliver(batch),
      ...(options.find !== false && { find: async (planned: Planned) => this.#find(planned) }),
    };
  }

  #assertWorks(): void {
    if (this.faults.down) throw new TargetUnavailable('connection refused');
    if (this.faults.refuses) throw new TargetRefused('answered 401');
    if (this.faults.wrongPath) throw new TargetUnavailable('answered 404 to the probe');
  }

  async #find(planned: Planned): Promise<readonly Found[]> {
    this.calls.push(`find ${emailOf(planned.rows[0] ?? {})}`);
    this.#assertWorks();
    return this.with(emailOf(planned.rows[0] ?? {})).map(({ key, record }) => ({ key, record }));
  }

  async *#deliver(batch: readonly Delivery[]): AsyncIterable<Answered> {
    if (!this.faults.wrongPath) this.#assertWorks();
    for (const [index, delivery] of batch.entries()) {
      const email = emailOf(delivery.rows[0] ?? {});
      await this.beforeWrite(delivery);
      this.calls.push(`${delivery.action} ${email}`);
      if (this.faults.poison.has(email)) {
        throw new TargetUnavailable('the worker died', { mayHaveLeft: batch.slice(index).map((one) => one.id) });
      }
      const outcome = this.#answer(delivery, email);
      this.lastDelivery = delivery.id;
      this.afterWrite(email);
      if (this.faults.cutAfterCommit.delete(email))
        yield { delivery: delivery.id, outcome: { status: 'unclear', reason: 'connection cut' } };
      else yield { delivery: delivery.id, outcome };
    }
  }

  #answer(delivery: Delivery, email: string): Outcome {
    if (this.faults.wrongPath) return { status: 'missing', reason: 'answered 404' };
    if (this.faults.fails.has(email)) return { status: 'unclear', reason: 'answered 500' };
    const rejected = this.faults.rejects.get(email);
    if (rejected !== undefined) return { status: 'reject', reason: rejected };
    return this.#write(delivery);
  }

  #write(delivery: Delivery): Outcome {
    const record = delivery.rows[0] ?? {};
    if (delivery.action === 'create') {
      if (this.with(emailOf(record)).length > 0) return { status: 'exists', reason: 'duplicate' };
      const key = `key-${this.#next++}`;
      this.kept.set(key, { key, record, active: true });
      return { status: 'done', key };
    }
    if (this.existsFor(emailOf(record), delivery.key ?? '')) return { status: 'exists', reason: 'duplicate' };
    const kept = this.kept.get(delivery.key ?? '');
    if (kept === undefined) return { status: 'missing', reason: 'answered 404' };
    if (delivery.action === 'delete') this.kept.delete(kept.key);
    else this.kept.set(kept.key, { ...kept, record, active: delivery.action === 'update' });
    return { status: 'done' };
  }
}

/** A fake system that reads full files and stores the last one. */
export class FakeDrop {
  rows: readonly OutboundRecord[] = [];
  published = 0;
  /** Number of files that were requested even without a change. */
  again = 0;
  /** Called before each file, so that a test can end the engine then. */
  beforePublish: () => Promise<void> = async () => undefined;
  down = false;
  /** Rejects field values with this character, like an encoding that cannot write it. */
  unwritable = '王';

  connect(): SnapshotConnection {
    return {
      mode: 'snapshot',
      actions: new Set(['create', 'update', 'delete'] as const),
      probe: async () => this.#assertThere(),
      close: async () => undefined,
      refuse: (record) =>
        Object.entries(record).flatMap(([field, value]) =>
          textOf(value).includes(this.unwritable) ? [`${field}: ${this.unwritable} cannot be written`] : [],
        )[0],
      deactivated: () => undefined,
      publish: (name, rows, { again = false }) => this.#publish(name, rows, again),
    };
  }

  #assertThere(): void {
    if (this.down) throw new TargetUnavailable('the folder is not there');
  }

  async #publish(name: string, rows: AsyncIterable<OutboundRecord>, again: boolean): Promise<Published> {
    await this.beforePublish();
    this.#assertThere();
    const written: OutboundRecord[] = [];
    for await (const row of rows) written.push(row);
    this.rows = written;
    this.published += 1;
    if (again) this.again += 1;
    return { file: `${name}.csv`, rows: written.length, bytes: 0, sha256: '', unchanged: false };
  }
}

function emailOf(record: OutboundRecord): string {
  return textOf(record['Email']);
}

/** The text of a field; empty when it is missing or not text. */
export function textOf(value: OutboundRecord[string] | undefined): string {
  return typeof value === 'string' ? value : '';
}
