import { describe, expect, it } from 'vitest';
import { personSubject } from '../../../src/domain/ids.ts';
import { checkClaims, type ClaimSeen } from '../../../src/outbound/engine/planning/match-key-claims.ts';
import { bert, deliveryOf, shadowOf } from './inputs.ts';

const cleo = personSubject('00000000-0000-4000-8000-00000000000c');
const bertsShadow = shadowOf({ subject: bert });
const leaver: ClaimSeen = { subject: bert, holds: true, shadow: bertsShadow, leaver: true };
const stays: ClaimSeen = { ...leaver, subject: cleo, leaver: false };

describe('the claims of other people on the same match keys', () => {
  it.each([
    ['no person: the record is free', [], { is: 'free' }],
    ['a person who stays: it is blocked', [stays], { is: 'blocked', by: [cleo] }],
    ['a leaver and a person who stays: it is blocked by the one who stays', [leaver, stays], { is: 'blocked', by: [cleo] }],
    ['a leaver: the record is taken over', [leaver], { is: 'takeOver', from: bert, shadow: bertsShadow }],
    [
      'a leaver whose removal is queued: the record is taken over',
      [{ ...leaver, open: deliveryOf({ subject: bert, action: 'delete', state: 'queued' }) }],
      { is: 'takeOver', from: bert, shadow: bertsShadow },
    ],
    [
      'a leaver whose removal is being sent: it waits',
      [{ ...leaver, open: deliveryOf({ subject: bert, action: 'delete', state: 'sending' }) }],
      { is: 'wait', for: [bert] },
    ],
    [
      'a leaver whose create may have been carried out: it waits',
      [{ subject: bert, holds: false, leaver: true, open: deliveryOf({ subject: bert, state: 'parked', wasUnclear: true }) }],
      { is: 'wait', for: [bert] },
    ],
    [
      'a leaver whose record has another key, which an unclear update would change: it waits',
      [{ ...leaver, holds: false, open: deliveryOf({ subject: bert, action: 'update', state: 'unclear' }) }],
      { is: 'wait', for: [bert] },
    ],
    ['a leaver whose record has another key: it is free', [{ ...leaver, holds: false }], { is: 'free' }],
  ] as const)('are for %s', (_, claims, verdict) => {
    expect(checkClaims(claims)).toEqual(verdict);
  });
});
