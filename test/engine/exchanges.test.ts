import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findExchanges, maxExchange, type KeyWish } from '../../src/engine/exchanges.ts';

const wish = (key: string, heldBy: readonly string[], moves = true): KeyWish => ({ keys: [key], heldBy, moves });
const find = (wishes: Readonly<Record<string, KeyWish>>) => Object.fromEntries(findExchanges(new Map(Object.entries(wishes))));

/** A circle in which each person wants the e-mail of the next. */
function circleOf(size: number): ReadonlyMap<string, KeyWish> {
  const name = (index: number) => `p${index % size}`;
  return new Map(Array.from({ length: size }, (_, index) => [name(index), wish(`${name(index + 1)}@x`, [name(index + 1)])]));
}

describe('people who exchange match keys', () => {
  it('two who swap their e-mails go together', () => {
    expect(find({ anna: wish('bert@x', ['bert']), bert: wish('anna@x', ['anna']) })).toEqual({ anna: ['bert'], bert: ['anna'] });
  });

  it('three in a circle go together', () => {
    expect(find({ anna: wish('bert@x', ['bert']), bert: wish('cleo@x', ['cleo']), cleo: wish('anna@x', ['anna']) })).toEqual({
      anna: ['bert', 'cleo'],
      bert: ['anna', 'cleo'],
      cleo: ['anna', 'bert'],
    });
  });

  it.each<[string, Readonly<Record<string, KeyWish>>]>([
    ['the other stays', { anna: wish('bert@x', ['bert']), bert: wish('bert@x', []) }],
    ['the other moves to a free e-mail: it goes first', { anna: wish('bert@x', ['bert']), bert: wish('new@x', []) }],
    ['the other’s update cannot be sent', { anna: wish('bert@x', ['bert']), bert: wish('anna@x', ['anna'], false) }],
    ['the other is not known', { anna: wish('bert@x', ['bert']) }],
    ['both want the same e-mail', { anna: wish('new@x', ['bert']), bert: wish('new@x', ['anna']) }],
    ['nobody has it', { anna: wish('new@x', []) }],
  ])('it is no exchange when %s', (_, wishes) => {
    expect(find(wishes)).toEqual({});
  });

  it('a third person who wants what two exchange waits for them', () => {
    expect(find({ dora: wish('anna@x', ['anna']), anna: wish('bert@x', ['bert']), bert: wish('anna@x', ['anna']) })).toEqual({
      anna: ['bert'],
      bert: ['anna'],
    });
  });

  it('a circle of more than the limit is left to a technician', () => {
    expect(findExchanges(circleOf(maxExchange)).size).toBe(maxExchange);
    expect(findExchanges(circleOf(maxExchange + 1)).size).toBe(0);
  });

  it('everyone in an exchange moves, gets a key of a partner, and shares it with nobody', () => {
    const people = ['a', 'b', 'c', 'd', 'e'];
    const arbitrary = fc.array(fc.record({ wants: fc.nat(4), moves: fc.boolean() }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(arbitrary, (drawn) => {
        const wishes = new Map(
          drawn.map(({ wants, moves }, index) => {
            const holder = people[wants] ?? '';
            return [people[index] ?? '', wish(`${holder}@x`, holder === people[index] ? [] : [holder], moves)] as const;
          }),
        );
        for (const [member, partners] of findExchanges(wishes)) {
          const circle = [member, ...partners];
          expect(circle.every((one) => wishes.get(one)?.moves)).toBe(true);
          expect(new Set(circle.map((one) => wishes.get(one)?.keys[0]))).toEqual(new Set(circle.map((one) => `${one}@x`)));
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
