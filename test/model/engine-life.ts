import type { Clock } from '../../src/domain/clock.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import type { Connection, RecordConnection, SnapshotConnection } from '../../src/outbound/drivers/driver.ts';
import type { Store } from '../support/stores.ts';

/** A planned crash. */
export interface Fuse {
  calls: number;
  readonly when: 'before' | 'after';
  /** Counts only the responses of systems to Deliveries. */
  readonly at?: 'answers';
}

/** Called after each committed write, even if its caller does not get the result. */
export type Heard = (name: string, args: readonly unknown[], result: unknown) => void;

/**
 * The life of one engine. All its calls of store, connection and clock go through this class, and a planned crash can happen at each call:
 * before the call is carried out, or afterwards, with the result lost. After the crash, no call returns.
 */
export class Life {
  /** Number of calls so far, and of those in progress. A call that waits for the clock is not in progress. */
  calls = 0;
  open = 0;
  #fuse: Fuse | undefined;
  #over = false;

  /** True after the crash. */
  get over(): boolean {
    return this.#over;
  }

  /** True while a crash is planned. */
  get fused(): boolean {
    return this.#fuse !== undefined && !this.#over;
  }

  /** Plans a crash at a later call. */
  arm(fuse: Fuse | undefined): void {
    this.#fuse = fuse;
  }

  /** Ends the life now. */
  end(): void {
    this.#over = true;
  }

  /**
   * Carries out one call, unless the life ends at this call. `waits`: the call may wait for the clock, and does not count as in progress.
   */
  async call<T>(work: () => Promise<T>, waits = false, isAnswer = false): Promise<T> {
    if (this.#over || this.#burns('before', isAnswer)) return never();
    const burnsAfter = this.#burnsAfter(isAnswer);
    this.calls += 1;
    if (!waits) this.open += 1;
    try {
      return await work();
    } finally {
      this.calls += 1;
      if (!waits) this.open -= 1;
      if (burnsAfter) this.end();
      // A caller that awaits a call after the crash never continues.
      if (this.#over) await never();
    }
  }

  /** The clock of this life, which fires no timer after the end. */
  clock(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      wakeAt: (at, wake) =>
        clock.wakeAt(at, () => {
          if (this.#over || this.#burns('before', false)) return;
          this.calls += 1;
          wake();
        }),
    };
  }

  /** Wraps the store for this life. */
  store(store: Store, heard: Heard): Store {
    const parts = new Map<unknown, unknown>();
    const wrap = (part: object): unknown => {
      const known = parts.get(part) ?? this.#part(part, heard);
      parts.set(part, known);
      return known;
    };
    return new Proxy(store, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (name === 'engine') return (fence: number) => wrap(target.engine(fence));
        if (typeof value === 'function') return value.bind(target) as unknown;
        return typeof value === 'object' && value !== null ? wrap(value) : value;
      },
    });
  }

  /** Wraps a Connection for this life. */
  connection(connection: Connection): Connection {
    return connection.mode === 'record' ? this.#records(connection) : this.#file(connection);
  }

  #records(inner: RecordConnection): RecordConnection {
    return {
      ...inner,
      probe: (signal) => this.call(() => inner.probe(signal), true),
      close: () => this.call(() => inner.close()),
      deliver: (batch, options) => this.#stream(inner.deliver(batch, options), true),
      ...(inner.find !== undefined && {
        find: (planned, signal) => this.call(async () => (await inner.find?.(planned, signal)) ?? [], true),
      }),
      ...(inner.settle !== undefined && { settle: (receipt, signal) => this.call(() => settleWith(inner, receipt, signal), true) }),
    };
  }

  #file(inner: SnapshotConnection): SnapshotConnection {
    return {
      ...inner,
      probe: (signal) => this.call(() => inner.probe(signal), true),
      close: () => this.call(() => inner.close()),
      publish: (name, rows, signal) => this.call(() => inner.publish(name, rows, signal), true, true),
    };
  }

  #part(part: object, heard: Heard): unknown {
    return new Proxy(part, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        if (name === 'each') return (...args: unknown[]) => this.#stream(value.apply(target, args) as AsyncIterable<unknown>, false);
        return (...args: unknown[]) =>
          this.call(async () => {
            const result: unknown = await (value.apply(target, args) as Promise<unknown>);
            heard(String(name), args, result);
            return result;
          });
      },
    });
  }

  /** Each requested item is a call. `answers`: the items are responses of a system, which may be slow. */
  #stream<T>(items: AsyncIterable<T>, answers: boolean): AsyncIterable<T> {
    return {
      [Symbol.asyncIterator]: () => {
        const iterator = items[Symbol.asyncIterator]();
        return {
          next: () => this.call(() => iterator.next(), answers, answers),
          return: async () => ({ done: true, value: undefined }),
        };
      },
    };
  }

  #burns(when: Fuse['when'], isAnswer: boolean): boolean {
    if (this.#fuse?.when !== when || (this.#fuse.at === 'answers' && !isAnswer)) return false;
    this.#fuse.calls -= 1;
    if (this.#fuse.calls > 0) return false;
    this.end();
    return true;
  }

  #burnsAfter(isAnswer: boolean): boolean {
    if (this.#fuse?.when !== 'after' || (this.#fuse.at === 'answers' && !isAnswer)) return false;
    this.#fuse.calls -= 1;
    return this.#fuse.calls <= 0;
  }
}

async function settleWith(connection: RecordConnection, receipt: string, signal: AbortSignal): Promise<Outcome> {
  return (await connection.settle?.(receipt, signal)) ?? { status: 'unclear', reason: 'cannot be asked' };
}

function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}
