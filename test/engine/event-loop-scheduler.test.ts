import { expect, it } from 'vitest';
import { inBatches, EventLoopScheduler } from '../../src/engine/event-loop-scheduler.ts';

/** A pace on a clock of the test, and work that takes so many milliseconds an item. */
function openPace() {
  let time = 0;
  const pace = new EventLoopScheduler(() => time);
  const spend = (ms: number) => (time += ms);
  return { pace, spend };
}

async function* pagesOf(...sizes: readonly number[]): AsyncIterable<readonly number[]> {
  for (const size of sizes) yield Array.from({ length: size }, (_, index) => index);
}

/** Sizes of the portions in which items are worked off that take so many milliseconds each. */
async function portionsOf(pages: AsyncIterable<readonly number[]>, msPerItem: (portion: number) => number): Promise<readonly number[]> {
  const { pace, spend } = openPace();
  const sizes: number[] = [];
  const work = async (items: readonly number[]) => {
    spend(items.length * msPerItem(sizes.length));
    sizes.push(items.length);
  };
  for await (const _ of inBatches(pace.batch(500), pages, work));
  return sizes;
}

it('runs one slice per turn of the event loop, in the order of the requests', async () => {
  const { pace } = openPace();
  const order: string[] = [];
  const target = async (name: string) => {
    for (let slice = 1; slice <= 2; slice += 1) {
      await pace.nextSlice();
      order.push(`${name} ${slice}`);
    }
  };
  const turns = (left: number) => {
    order.push('turn');
    if (left > 1) setImmediate(turns, left - 1);
  };
  const targets = [target('a'), target('b')];
  setImmediate(turns, 4);
  await Promise.all(targets);
  expect(order.filter((what) => what !== 'turn')).toEqual(['a 1', 'b 1', 'a 2', 'b 2']);
  for (const [index, what] of order.entries()) if (what !== 'turn') expect(order[index + 1] ?? 'turn').toBe('turn');
});

it('starts at most two calls of Targets per turn of the event loop, in addition to the slice', async () => {
  const { pace } = openPace();
  const order: string[] = [];
  const turns = (left: number) => {
    order.push('turn');
    if (left > 1) setImmediate(turns, left - 1);
  };
  const calls = ['a', 'b', 'c', 'd', 'e'].map((name) => pace.nextCall().then(() => order.push(name)));
  setImmediate(turns, 4);
  await Promise.all([...calls, pace.nextSlice().then(() => order.push('slice'))]);
  expect(order.join(' ')).toMatch(/^slice a b turn c d turn e/);
});

it('takes as many items as it expects to process in two milliseconds', async () => {
  const sizes = await portionsOf(pagesOf(500, 500), () => 0.03125);
  expect(sizes.slice(0, 4)).toEqual([16, 32, 64, 64]);
  expect(Math.max(...sizes)).toBe(64);
});

it('takes fewer items as soon as they take longer, and never none', async () => {
  const sizes = await portionsOf(pagesOf(200), (portion) => (portion < 2 ? 0.0625 : 100));
  expect(sizes.slice(0, 7)).toEqual([16, 32, 32, 16, 8, 4, 2]);
  expect(sizes.at(-1)).toBe(1);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(200);
});

it('takes at most the items of a page, and at most the given limit', async () => {
  expect(Math.max(...(await portionsOf(pagesOf(500, 500, 500, 500), () => 0)))).toBe(500);
  expect(await portionsOf(pagesOf(3, 0, 5), () => 0.01)).toEqual([3, 5]);
});
