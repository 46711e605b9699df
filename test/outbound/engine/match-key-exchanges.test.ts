import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findExchanges, maxExchange, type KeyRequest } from '../../../src/outbound/engine/planning/match-key-exchanges.ts';

const request = (key: string, heldBy: readonly string[], moves = true): KeyRequest => ({ keys: [key], heldBy, moves });
const find = (requests: Readonly<Record<string, KeyRequest>>) => Object.fromEntries(findExchanges(new Map(Object.entries(requests))));

/** A cycle in which each person gets the e-mail of the next. */
function circleOf(size: number): ReadonlyMap<string, KeyRequest> {
  const name = (index: number) => `p${index % size}`;
  return new Map(Array.from({ length: size }, (_, index) => [name(index), request(`${name(index + 1)}@x`, [name(index + 1)])]));
}

describe('people who exchange match keys', () => {
  it('may be two who swap their e-mails', () => {
    expect(find({ anna: request('bert@x', ['bert']), bert: request('anna@x', ['anna']) })).toEqual({ anna: ['bert'], bert: ['anna'] });
  });

  it('may be three in a cycle', () => {
    expect(find({ anna: request('bert@x', ['bert']), bert: request('cleo@x', ['cleo']), cleo: request('anna@x', ['anna']) })).toEqual({
      anna: ['bert', 'cleo'],
      bert: ['anna', 'cleo'],
      cleo: ['anna', 'bert'],
    });
  });

  it.each<[string, Readonly<Record<string, KeyRequest>>]>([
    ['the other stays', { anna: request('bert@x', ['bert']), bert: request('bert@x', []) }],
    ['the other moves to a free e-mail: it goes first', { anna: request('bert@x', ['bert']), bert: request('new@x', []) }],
    ['the other’s update cannot be sent', { anna: request('bert@x', ['bert']), bert: request('anna@x', ['anna'], false) }],
    ['the other is unknown', { anna: request('bert@x', ['bert']) }],
    ['both want the same e-mail', { anna: request('new@x', ['bert']), bert: request('new@x', ['anna']) }],
    ['no person has the e-mail', { anna: request('new@x', []) }],
  ])('are not found when %s', (_, requests) => {
    expect(find(requests)).toEqual({});
  });

  it('make a third person wait who gets the e-mail of one of them', () => {
    expect(find({ dora: request('anna@x', ['anna']), anna: request('bert@x', ['bert']), bert: request('anna@x', ['anna']) })).toEqual({
      anna: ['bert'],
      bert: ['anna'],
    });
  });

  it('are left to a technician when the cycle has more than the limit', () => {
    expect(findExchanges(circleOf(maxExchange)).size).toBe(maxExchange);
    expect(findExchanges(circleOf(maxExchange + 1)).size).toBe(0);
  });

  it('all get the key of another person in the cycle, and no two share a key', () => {
    const people = ['a', 'b', 'c', 'd', 'e'];
    const arbitrary = fc.array(fc.record({ wants: fc.nat(4), moves: fc.boolean() }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(arbitrary, (drawn) => {
        const requests = new Map(
          drawn.map(({ wants, moves }, index) => {
            const holder = people[wants] ?? '';
            return [people[index] ?? '', request(`${holder}@x`, holder === people[index] ? [] : [holder], moves)] as const;
          }),
        );
        for (const [member, partners] of findExchanges(requests)) {
          const cycle = [member, ...partners];
          expect(cycle.every((one) => requests.get(one)?.moves)).toBe(true);
          expect(new Set(cycle.map((one) => requests.get(one)?.keys[0]))).toEqual(new Set(cycle.map((one) => `${one}@x`)));
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
