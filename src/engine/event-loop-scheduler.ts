// Yields the event loop regularly, so that requests are answered during engine work.
/** How long the engine keeps the event loop at a time, in milliseconds: an answer that comes in meanwhile waits no longer. */
const sliceMs = 2;

/** Calls to Targets that begin in one turn of the event loop: to prepare and send one takes about half a millisecond. */
const callsPerTick = 2;

/** Items of the first portion, whose duration is still unknown. */
const firstBatchSize = 16;

/**
 * Shares the event loop between the engine and clients that wait for an answer. All Targets together get one slice per turn of the loop,
 * one after the other, so that however many of them plan at the same time, requests are read and answered in between.
 */
export class EventLoopScheduler {
  readonly #now: () => number;
  readonly #waiting: (() => void)[] = [];
  readonly #calls: (() => void)[] = [];
  #scheduled = false;

  /** `now`: a clock in milliseconds that never goes back. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Resolves when the caller may work for a slice, without waiting for anything but the store in it. */
  nextSlice(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#schedule();
    });
  }

  /**
   * Resolves when the caller may call a Target. Deliveries that were marked as sending in one commit would otherwise all call in one turn, and all
   * answers that come in meanwhile wait for them.
   */
  nextCall(): Promise<void> {
    return new Promise((resolve) => {
      this.#calls.push(resolve);
      this.#schedule();
    });
  }

  /** A portion that grows and shrinks until as many items as fit take a slice; at most `most`, at least one. */
  batch(most: number): AdaptiveBatch {
    return new AdaptiveBatch(this, this.#now, most);
  }

  #schedule(): void {
    if (this.#scheduled || (this.#waiting.length === 0 && this.#calls.length === 0)) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#waiting.shift()?.();
      for (const begin of this.#calls.splice(0, callsPerTick)) begin();
      this.#schedule();
    });
  }
}

/** How many items one slice takes, learnt from the last ones. Made by `EventLoopScheduler`, for one loop over items of one kind. */
export class AdaptiveBatch {
  readonly #scheduler: EventLoopScheduler;
  readonly #now: () => number;
  readonly #most: number;
  #size: number;

  constructor(pace: EventLoopScheduler, now: () => number, most: number) {
    this.#scheduler = pace;
    this.#now = now;
    this.#most = most;
    this.#size = Math.min(firstBatchSize, most);
  }

  /** Waits for its turn, then has `work` do a portion of the present items, and learns from the time that it takes. */
  async take<T>(there: number, work: (items: number) => Promise<T>): Promise<T> {
    await this.#scheduler.nextSlice();
    const items = Math.min(there, this.#size);
    const begun = this.#now();
    const result = await work(items);
    this.#learn(items, this.#now() - begun);
    return result;
  }

  /** No more than doubled or halved at once: one slice may have been slow, or empty, by chance. */
  #learn(items: number, tookMs: number): void {
    const fitting = tookMs === 0 ? items * 2 : Math.floor((items * sliceMs) / tookMs);
    const size = Math.max(1, Math.ceil(items / 2), Math.min(this.#most, items * 2, fitting));
    // A short rest of a page says little about how many would have fitted, unless already it took too long.
    if (items === this.#size || size < this.#size / 2) this.#size = size;
  }
}

/** Hands pages on in portions of the pace: `work` gets each portion and gives back what is yielded for it. */
export async function* inBatches<A, B>(
  portion: AdaptiveBatch,
  pages: AsyncIterable<readonly A[]>,
  work: (items: readonly A[]) => Promise<B>,
): AsyncIterable<B> {
  for await (const page of pages) {
    for (let from = 0; from < page.length;) {
      const { done, items } = await portion.take(page.length - from, async (size) => ({
        done: await work(page.slice(from, from + size)),
        items: size,
      }));
      from += items;
      yield done;
    }
  }
}
