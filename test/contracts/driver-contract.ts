import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Delivery } from '../../src/domain/delivery.ts';
import { TargetRefused, TargetUnavailable } from '../../src/domain/errors.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import type { OutboundRecord } from '../../src/domain/record.ts';
import type { Action } from '../../src/domain/target.ts';
import type { Examination, RecordConnection, SnapshotConnection } from '../../src/outbound/drivers/driver.ts';
import { aDelivery, later } from '../support/builders.ts';
import { signInContract } from './examination-contract.ts';

/** A Target that the contract controls, and a Driver's Connection to it. */
export interface DriverBench {
  open(access: 'read' | 'write'): RecordConnection;
  /** The examination of the Target, as the command `test` runs it. */
  examine(): Examination;
  /** The row of a person with this e-mail, with the Connector's fields. */
  row(email: string): OutboundRecord;
  /** Reads the records from the Target. */
  held(): Promise<readonly { readonly key: string; readonly email: string; readonly active: boolean }[]>;
  /** Makes the Target unreachable. */
  goDown(): Promise<void>;
  /** Makes the Target reject the credentials. */
  refuse(): Promise<void>;
  /** Delays the next write for longer than any caller waits; resolves when the write has arrived. */
  holdUp(): Promise<{ readonly arrived: Promise<void> }>;
  /** Makes the Target commit the next write and end without a response. */
  dieAfterCommit(): Promise<void>;
  /** Ends all faults of the Target. */
  recover(): Promise<void>;
  /** Every logged line, and below, the texts that they must not contain. */
  readonly lines: readonly string[];
  readonly secret: string;
  close(): Promise<void>;
}

const never = new AbortController().signal;
const soon = () => later(60_000);

/** The contract of every Driver that delivers record by record. */
export function driverContract(openBench: () => Promise<DriverBench>): void {
  let bench: DriverBench;
  let connection: RecordConnection;
  let nextId = 1;

  beforeEach(async () => {
    bench = await openBench();
    connection = bench.open('write');
  });
  afterEach(async () => {
    await connection.close();
    await bench.close();
  });

  const delivery = (action: Action, email: string, key?: string): Delivery => {
    const id = nextId++;
    return aDelivery({ id, action, rows: [bench.row(email)], idempotencyKey: `key-${id}`, ...(key !== undefined && { key }) });
  };

  /** All Outcomes of some Deliveries by e-mail, in the given order. Sends them in batches that the Connection accepts. */
  async function deliver(deliveries: readonly Delivery[], signal = never): Promise<readonly Outcome[]> {
    const outcomes = new Map<number, Outcome>();
    for (let from = 0; from < deliveries.length; from += connection.batchSize) {
      const batch = deliveries.slice(from, from + connection.batchSize);
      for await (const { delivery: id, outcome } of connection.deliver(batch, { signal, notAfter: soon() })) {
        expect(outcomes.has(id), 'two Outcomes for one Delivery').toBe(false);
        outcomes.set(id, outcome);
      }
    }
    return deliveries.map(({ id }) => outcomes.get(id)!);
  }

  async function create(email: string): Promise<string> {
    const [outcome] = await deliver([delivery('create', email)]);
    if (outcome?.status !== 'done' || outcome.key === undefined) throw new Error(`not created: ${JSON.stringify(outcome)}`);
    return outcome.key;
  }

  async function thrownBy(work: Promise<unknown>): Promise<unknown> {
    return work.then(
      () => undefined,
      (error: unknown) => error,
    );
  }

  /** The Outcome of a write without a response: unclear, or in `mayHaveLeft` of the error. */
  async function isInDoubt(one: Delivery, signal = never): Promise<boolean> {
    const thrown: unknown[] = [];
    const outcomes = await deliver([one], signal).catch((error: unknown) => {
      thrown.push(error);
      return [];
    });
    const [error] = thrown;
    return outcomes[0]?.status === 'unclear' || (error instanceof TargetUnavailable && error.mayHaveLeft.includes(one.id));
  }

  describe('the probe', () => {
    it('succeeds at a Target that works, and changes nothing', async () => {
      await connection.probe(never);
      expect(await bench.held()).toEqual([]);
    });

    it('reports credentials that are refused', async () => {
      await bench.refuse();
      await expect(connection.probe(never)).rejects.toBeInstanceOf(TargetRefused);
    });

    it('reports a Target that cannot be reached', async () => {
      await bench.goDown();
      await expect(connection.probe(never)).rejects.toBeInstanceOf(TargetUnavailable);
    });
  });

  describe('a write', () => {
    it('arrives, for each kind of Action', async () => {
      const key = await create('anna@contoso.test');
      expect(await bench.held()).toEqual([{ key, email: 'anna@contoso.test', active: true }]);
      expect(await deliver([delivery('deactivate', 'anna@contoso.test', key)])).toMatchObject([{ status: 'done' }]);
      expect(await bench.held()).toEqual([{ key, email: 'anna@contoso.test', active: false }]);
      expect(await deliver([delivery('update', 'anna.berg@contoso.test', key)])).toMatchObject([{ status: 'done' }]);
      expect(await bench.held()).toEqual([{ key, email: 'anna.berg@contoso.test', active: true }]);
      expect(await deliver([delivery('delete', 'anna.berg@contoso.test', key)])).toMatchObject([{ status: 'done' }]);
      expect(await bench.held()).toEqual([]);
    });

    it('to a record that no longer exists reports it missing', async () => {
      const key = await create('anna@contoso.test');
      await deliver([delivery('delete', 'anna@contoso.test', key)]);
      for (const action of ['update', 'deactivate', 'delete'] as const) {
        expect(await deliver([delivery(action, 'anna@contoso.test', key)])).toMatchObject([{ status: 'missing' }]);
      }
    });

    it('that creates a person twice makes one record, which find returns', async () => {
      const key = await create('anna@contoso.test');
      const again = delivery('create', 'anna@contoso.test');
      expect((await connection.find!(again, never)).map((found) => found.key)).toEqual([key]);
      expect(await deliver([again])).toMatchObject([{ status: 'exists' }]);
      expect(await bench.held()).toHaveLength(1);
    });

    it('of several people returns one Outcome for each person', async () => {
      await create('boris@contoso.test');
      const emails = ['anna@contoso.test', 'boris@contoso.test', 'chris@contoso.test'];
      const outcomes = await deliver(emails.map((email) => delivery('create', email)));
      expect(outcomes.map(({ status }) => status)).toEqual(['done', 'exists', 'done']);
      expect((await bench.held()).map(({ email }) => email).sort()).toEqual(emails);
    });

    it('to a Target that is down leaves nothing unclear', async () => {
      await bench.goDown();
      const error = await thrownBy(deliver([delivery('create', 'anna@contoso.test')]));
      expect(error).toBeInstanceOf(TargetUnavailable);
      expect((error as TargetUnavailable).mayHaveLeft).toEqual([]);
      await bench.recover();
      expect(await bench.held()).toEqual([]);
    });

    it('to a Target that refuses the credentials leaves nothing unclear', async () => {
      await bench.refuse();
      const error = await thrownBy(deliver([delivery('create', 'anna@contoso.test')]));
      expect(error).toBeInstanceOf(TargetRefused);
      expect((error as TargetRefused).mayHaveLeft).toEqual([]);
    });

    it('that was committed by a Target that crashed before its answer is unclear, and found afterwards', async () => {
      await create('first@contoso.test');
      await bench.dieAfterCommit();
      const one = delivery('create', 'anna@contoso.test');
      expect(await isInDoubt(one)).toBe(true);
      await bench.recover();
      const found = await connection.find!(one, never);
      expect(found.map(({ key }) => key)).toEqual(
        (await bench.held()).flatMap(({ key, email }) => (email === 'anna@contoso.test' ? [key] : [])),
      );
      expect(found).toHaveLength(1);
    });

    it('that is aborted ends within a second as unclear', async () => {
      await create('first@contoso.test');
      const { arrived } = await bench.holdUp();
      const stop = new AbortController();
      const doubt = isInDoubt(delivery('create', 'anna@contoso.test'), stop.signal);
      await arrived;
      const begun = performance.now();
      stop.abort();
      expect(await doubt).toBe(true);
      expect(performance.now() - begun).toBeLessThan(1_000);
    });

    it('that is aborted before it begins is not sent', async () => {
      const notAfter = later(-1);
      const batch = [delivery('create', 'anna@contoso.test')];
      const error = await thrownBy(readAll(connection.deliver(batch, { signal: never, notAfter })));
      expect(error).toBeInstanceOf(TargetUnavailable);
      expect(await bench.held()).toEqual([]);
    });

    it('through a read-only Connection throws a bug error, and sends nothing', async () => {
      const reading = bench.open('read');
      const batch = [delivery('create', 'anna@contoso.test')];
      const error = await thrownBy(readAll(reading.deliver(batch, { signal: never, notAfter: soon() })));
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toBeInstanceOf(TargetUnavailable);
      expect(await reading.find!(batch[0]!, never)).toEqual([]);
      expect(await bench.held()).toEqual([]);
      await reading.close();
    });
  });

  describe('find', () => {
    it('finds no record for an unknown person, nor for an empty e-mail', async () => {
      await create('anna@contoso.test');
      const matching = async (email: string) => {
        const record = bench.row(email);
        return (await connection.find!(delivery('create', email), never)).filter((found) =>
          Object.entries(record).every(([name, value]) => found.record[name] === value),
        );
      };
      expect(await matching('ann@contoso.test')).toEqual([]);
      expect(await connection.find!(delivery('create', ''), never)).toEqual([]);
    });

    it('does not report that no record exists when the Target is down', async () => {
      await bench.goDown();
      await expect(connection.find!(delivery('create', 'anna@contoso.test'), never)).rejects.toBeInstanceOf(TargetUnavailable);
    });
  });

  describe('the examination by test', () => {
    signInContract(() => ({
      ...bench,
      seed: async () => void (await create('anna@contoso.test')),
      personal: 'anna@contoso.test',
    }));
  });

  it('closes twice, even if it was never used', async () => {
    const unused = bench.open('write');
    await unused.close();
    await unused.close();
    await create('anna@contoso.test');
    await connection.close();
    await connection.close();
  });

  it('writes no secret and no personal data to the log or to its errors', async () => {
    const key = await create('anna@contoso.test');
    await deliver([delivery('update', 'anna@contoso.test', key)]);
    await bench.refuse();
    const refused = await thrownBy(connection.probe(never));
    await bench.goDown();
    await deliver([delivery('update', 'anna@contoso.test', key)]).catch(() => undefined);
    const down = await thrownBy(connection.probe(never));
    expect([refused, down].every((error) => error instanceof Error)).toBe(true);
    const output = [...bench.lines, toText(refused), toText(down)].join('\n');
    expect(output).not.toContain(bench.secret);
    expect(output).not.toContain('anna@contoso.test');
  });
}

/** A Target that receives full files, and a Driver's Connection to it. */
export interface SnapshotBench {
  open(access: 'read' | 'write'): SnapshotConnection;
  row(email: string): OutboundRecord;
  /** The e-mails in the Target's file; `undefined` without a file. */
  emails(): Promise<readonly string[] | undefined>;
  /** A text that changes with each publication of a file. */
  handedOver(): Promise<string>;
  /** Removes the Target's file. */
  lose(): Promise<void>;
  goDown(): Promise<void>;
  recover(): Promise<void>;
  close(): Promise<void>;
}

/** The contract of every Driver that publishes full files. */
export function snapshotContract(openBench: () => Promise<SnapshotBench>): void {
  let bench: SnapshotBench;
  let connection: SnapshotConnection;

  beforeEach(async () => {
    bench = await openBench();
    connection = bench.open('write');
  });
  afterEach(async () => {
    await connection.close();
    await bench.close();
  });

  async function* rows(emails: readonly string[]): AsyncIterable<OutboundRecord> {
    for (const email of emails) yield bench.row(email);
  }

  const publish = (name: string, emails: readonly string[], again?: boolean) =>
    connection.publish(name, rows(emails), { signal: never, ...(again !== undefined && { again }) });

  it('publishes everyone in one file, and returns its name', async () => {
    const published = await publish('f1', ['anna@contoso.test', 'boris@contoso.test']);
    expect(published).toMatchObject({ rows: 2, unchanged: false, file: connection.file });
    expect(await bench.emails()).toEqual(['anna@contoso.test', 'boris@contoso.test']);
    await publish('f2', ['boris@contoso.test']);
    expect(await bench.emails()).toEqual(['boris@contoso.test']);
  });

  it('does not publish an unchanged file again, unless requested', async () => {
    await publish('f1', ['anna@contoso.test']);
    const first = await bench.handedOver();
    expect(await publish('f2', ['anna@contoso.test'])).toMatchObject({ unchanged: true });
    expect(await publish('f3', ['anna@contoso.test'], false)).toMatchObject({ unchanged: true });
    expect(await bench.handedOver()).toBe(first);
    expect(await publish('f4', ['anna@contoso.test'], true)).toMatchObject({ unchanged: false });
    expect(await bench.handedOver()).not.toBe(first);
    expect(await bench.emails()).toEqual(['anna@contoso.test']);
  });

  it('publishes a lost file again, and repeats a publication without harm', async () => {
    await publish('f1', ['anna@contoso.test']);
    await bench.lose();
    expect(await publish('f1', ['anna@contoso.test'], true)).toMatchObject({ unchanged: false });
    expect(await publish('f1', ['anna@contoso.test'], true)).toMatchObject({ unchanged: false });
    expect(await bench.emails()).toEqual(['anna@contoso.test']);
  });

  it('keeps the last file while the Target cannot be reached', async () => {
    await publish('f1', ['anna@contoso.test']);
    await bench.goDown();
    await expect(publish('f2', ['boris@contoso.test'], true)).rejects.toBeInstanceOf(TargetUnavailable);
    await bench.recover();
    expect(await bench.emails()).toEqual(['anna@contoso.test']);
  });

  it('writes nothing through a read-only Connection', async () => {
    const reading = bench.open('read');
    await expect(reading.publish('f1', rows(['anna@contoso.test']), { signal: never, again: true })).rejects.toThrow('is read-only');
    expect(await bench.emails()).toBeUndefined();
    await reading.close();
  });
}

async function readAll(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _item of items);
}

/** The text of an error, with its causes and properties. */
function toText(error: unknown): string {
  return `${inspect(error, { depth: 8, maxStringLength: null })} ${JSON.stringify(error)}`;
}
