import { describe, expect, it } from 'vitest';
import {
  findMissingAgreement,
  type GivenAgreement,
  type MissingAgreement,
  type NeededAgreement,
} from '../../src/domain/apply-agreement.ts';

const nothing: GivenAgreement = { replaceAll: false, without: 0, system: undefined };
const calm: NeededAgreement = { otherSystem: false };
const replaces = 'Sine removes everyone who is not in the file';
const refuse = (message: string, hint: string): MissingAgreement => ({ message, hint });

type Row = readonly [string, NeededAgreement, Partial<GivenAgreement>, MissingAgreement | undefined];

describe('findMissingAgreement', () => {
  it.each<Row>([
    ['accepts an apply that needs no confirmation', calm, {}, undefined],
    ['accepts confirmations that are not needed', calm, { replaceAll: true, without: 3, system: 'new' }, undefined],
    ['accepts all needed confirmations', { ...calm, replaces, without: 2 }, { replaceAll: true, without: 2 }, undefined],
    [
      'requires `--replace-all` for a product that replaces everyone',
      { ...calm, replaces, without: 0 },
      {},
      refuse(replaces, 'To confirm: `vestibule apply front-desk --replace-all`.'),
    ],
    [
      'asks for `--replace-all` and `--without` together',
      { ...calm, replaces, without: 1 },
      {},
      refuse(`${replaces}, and 1 person in scope has no valid row`, 'To confirm: `vestibule apply front-desk --replace-all --without 1`.'),
    ],
    [
      'rejects `--without` if the number has changed',
      { ...calm, replaces, without: 2 },
      { replaceAll: true, without: 1 },
      refuse(
        '2 people in scope have no valid row and would be missing from the file',
        'See them: `vestibule plan front-desk`. To continue without them: `vestibule apply front-desk --replace-all --without 2`.',
      ),
    ],
    [
      'rejects `--without` if everyone has a valid row',
      { ...calm, replaces, without: 0 },
      { replaceAll: true, without: 1 },
      refuse('everyone in scope has a valid row, so --without is not needed', 'Use: `vestibule apply front-desk --replace-all`.'),
    ],
    [
      'asks for `--same-system` or `--new-system` if the address has changed',
      { ...calm, otherSystem: true, without: 2 },
      { replaceAll: true, without: 2 },
      refuse(
        'the address or drop folder of front-desk has changed',
        'If it is still the same system: `vestibule apply front-desk --same-system --replace-all --without 2`. ' +
          'If it is a new, empty system: `vestibule apply front-desk --new-system --replace-all --without 2`.',
      ),
    ],
    [
      'repeats the given `--new-system` in the proposed command',
      { otherSystem: true, replaces },
      { system: 'new' },
      refuse(replaces, 'To confirm: `vestibule apply front-desk --new-system --replace-all`.'),
    ],
  ])('%s', (_, needed, given, missing) => {
    expect(findMissingAgreement('front-desk', needed, { ...nothing, ...given })).toEqual(missing);
  });
});
