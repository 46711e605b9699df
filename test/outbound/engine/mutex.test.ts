import { describe, expect, it } from 'vitest';
import { Mutex } from '../../../src/outbound/engine/mutex.ts';

describe('a mutex', () => {
  it('runs one task at a time, in order, and passes a failure to its caller only', async () => {
    const mutex = new Mutex();
    const order: string[] = [];
    const step = (name: string) =>
      mutex.runExclusive(async () => {
        order.push(`${name} begins`);
        await Promise.resolve();
        order.push(`${name} ends`);
        if (name === 'b') throw new Error('b failed');
        return name;
      });
    const results = await Promise.allSettled([step('a'), step('b'), step('c')]);
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
    expect(results.map((result) => (result.status === 'fulfilled' ? result.value : (result.reason as Error).message))).toEqual([
      'a',
      'b failed',
      'c',
    ]);
  });

  it('tells the task in progress that others wait', async () => {
    const mutex = new Mutex();
    const seen: boolean[] = [];
    const first = mutex.runExclusive(async () => {
      seen.push(mutex.isAwaited);
      const second = mutex.runExclusive(async () => seen.push(mutex.isAwaited));
      seen.push(mutex.isAwaited);
      return { second };
    });
    await (
      await first
    ).second;
    expect(seen).toEqual([false, true, false]);
  });
});
