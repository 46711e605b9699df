import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planBulk, type Dependent } from '../../../src/scim/bulk/plan-bulk.ts';

function post(creates: string, ...refersTo: string[]): Dependent {
  return { creates, refersTo };
}

function on(resource: string, ...refersTo: string[]): Dependent {
  return { on: resource, refersTo };
}

describe('the order of bulk operations', () => {
  test.each<[string, readonly Dependent[], readonly (readonly number[])[]]>([
    ['nothing', [], []],
    ['independent operations stay in order', [post('a'), on('x'), post('b')], [[0], [1], [2]]],
    ['backward references change nothing', [post('a'), post('b', 'a')], [[0], [1]]],
    ['an operation with a forward reference waits', [post('a', 'b'), post('c'), post('b')], [[1], [2], [0]]],
    ['a chain of forward references is reversed', [post('a', 'b'), post('b', 'c'), post('c')], [[2], [1], [0]]],
    ['two that refer to each other are carried out together', [post('a', 'b'), post('b', 'a')], [[0, 1]]],
    [
      'a cycle is carried out at the position of its last operation',
      [post('a', 'b'), on('x'), post('b', 'a'), on('y')],
      [[1], [0, 2], [3]],
    ],
    ['one that refers to itself is alone', [post('a', 'a')], [[0]]],
    ['a cycle waits for what one of its operations needs', [post('a', 'b'), post('b', 'a', 'c'), post('c')], [[2], [0, 1]]],
    ['operations on one resource stay in order, even if the first has to wait', [on('x', 'a'), on('x'), post('a')], [[2], [0], [1]]],
    ['a change before its POST waits for it', [on('bulkId:a', 'a'), post('a'), on('bulkId:a', 'a')], [[1], [0], [2]]],
    [
      'several that waited for the same POST go in the order sent, before what needs one of them',
      [post('a', 'd'), post('b', 'd'), post('c', 'a'), post('d')],
      [[3], [0], [1], [2]],
    ],
    ['an unknown bulkId delays nothing', [on('x', 'nobody'), post('a')], [[0], [1]]],
  ])('follows the rule: %s', (_, operations, steps) => {
    expect(planBulk(operations)).toEqual(steps);
  });

  const dependent = fc.record({
    post: fc.boolean(),
    refersTo: fc.uniqueArray(fc.nat(9), { maxLength: 3 }),
    on: fc.nat(3),
  });
  const jobs = fc
    .array(dependent, { maxLength: 9 })
    .map((all) =>
      all.map(({ post: creates, refersTo, on: resource }, index) =>
        creates ? post(String(index), ...refersTo.map(String)) : on(`r${resource}`, ...refersTo.map(String)),
      ),
    );

  test('contains each operation once, after the operations that it needs, and only combines operations in one cycle', () => {
    fc.assert(
      fc.property(jobs, (job) => {
        const steps = planBulk(job);
        expect(steps.flat().toSorted((a, b) => a - b)).toEqual([...job.keys()]);
        const placeOf = (index: number) => steps.findIndex((step) => step.includes(index));
        for (const [index, { refersTo, on: resource }] of job.entries()) {
          const creators = [...job.keys()].filter((one) => refersTo.includes(job[one]?.creates ?? '-'));
          for (const creator of creators) {
            const apart = !reaches(job, creator, index);
            expect(placeOf(creator) < placeOf(index)).toBe(apart && creator !== index);
            expect(placeOf(creator) === placeOf(index)).toBe(!apart || creator === index);
          }
          const before = [...job.keys()].filter((one) => one < index && resource !== undefined && job[one]?.on === resource);
          for (const one of before) expect(placeOf(one)).toBeLessThan(placeOf(index));
        }
      }),
    );
  });

  /** Whether one operation needs another, directly or indirectly, computed in a slow and simple way. */
  function reaches(job: readonly Dependent[], from: number, to: number, seen = new Set<number>()): boolean {
    if (from === to) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    const next = [...job.keys()].filter((one) => job[from]?.refersTo.includes(job[one]?.creates ?? '-'));
    return next.some((one) => reaches(job, one, to, seen));
  }
});
