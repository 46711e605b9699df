import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../src/domain/delivery.ts';
import type { Outcome } from '../../../src/domain/outcome.ts';
import type { Action } from '../../../src/domain/target.ts';
import {
  judgeFound,
  judgeOutcome,
  type LookUpReason,
  type Verdict,
  type VerdictContext,
} from '../../../src/outbound/engine/delivery/verdict.ts';
import { annasRow, deliveryOf, noon } from './inputs.ts';

const context: VerdictContext = {
  now: noon,
  match: [['Email']],
  can: new Set<Action>(['create', 'update', 'deactivate', 'delete']),
  visibleAfterMs: 5_000,
  jitter: 1,
  charge: true,
};

const of = (action: Action, change: Partial<Delivery> = {}): Delivery =>
  deliveryOf({ action, state: 'sending', ...(action !== 'create' && { key: '4711' }), ...change });

/** A Verdict as the text of a table cell. */
function wordOf(verdict: Verdict): string {
  if (verdict.is === 'lookUp') return `look up: ${verdict.why}`;
  const { state, shadow, goesOnAs } = verdict.settlement;
  const held = shadow === undefined ? '' : shadow === 'forget' ? ', forget' : shadow.active ? ', active' : ', inactive';
  return `${state}${goesOnAs === undefined ? '' : ` as ${goesOnAs.action} ${goesOnAs.key ?? ''}`.trimEnd()}${held}`;
}

const outcomes = {
  done: { status: 'done', key: '4711' },
  unclear: { status: 'unclear', reason: 'answered 502' },
  exists: { status: 'exists', reason: 'duplicate' },
  existsWithKey: { status: 'exists', key: '99', reason: 'duplicate' },
  missing: { status: 'missing', reason: 'answered 404' },
  retry: { status: 'retry', reason: 'asked to slow down', afterMs: 60_000 },
  reject: { status: 'reject', reason: 'name too long' },
  accepted: { status: 'accepted', receipt: 'job-1', checkAfterMs: 1_000 },
} satisfies Record<string, Outcome>;

describe('the Verdict on an Outcome', () => {
  it.each<[Action, keyof typeof outcomes, string]>([
    ['create', 'done', 'done, active'],
    ['update', 'done', 'done, active'],
    ['deactivate', 'done', 'done, inactive'],
    ['delete', 'done', 'done, forget'],
    ['create', 'unclear', 'unclear'],
    ['update', 'unclear', 'unclear'],
    ['delete', 'unclear', 'unclear'],
    ['create', 'exists', 'look up: exists'],
    ['create', 'existsWithKey', 'queued as update 99, active'],
    ['update', 'exists', 'parked'],
    ['deactivate', 'exists', 'parked'],
    ['delete', 'exists', 'parked'],
    ['create', 'missing', 'parked'],
    ['update', 'missing', 'look up: missing'],
    ['deactivate', 'missing', 'look up: missing'],
    ['delete', 'missing', 'done, forget'],
    ['create', 'retry', 'queued'],
    ['update', 'reject', 'parked'],
    ['create', 'accepted', 'accepted'],
  ])('for %s with %s is: %s', (action, outcome, word) => {
    expect(wordOf(judgeOutcome(of(action), outcomes[outcome], context))).toBe(word);
  });

  it('looks up an unclear write once a look-up can find it, not earlier', () => {
    const verdict = judgeOutcome(of('create'), outcomes.unclear, context);
    expect(verdict).toMatchObject({ settlement: { wasUnclear: true, notBefore: new Date(noon.getTime() + 5_000) } });
  });

  it('follows Retry-After', () => {
    expect(judgeOutcome(of('update'), outcomes.retry, context)).toMatchObject({
      settlement: { notBefore: new Date(noon.getTime() + 60_000) },
    });
  });

  it('counts no Attempt in an outage', () => {
    const verdict = judgeOutcome(of('update', { attempts: 9 }), outcomes.unclear, { ...context, charge: false });
    expect(verdict).toMatchObject({ settlement: { state: 'unclear' } });
    expect(verdict).not.toHaveProperty('settlement.attempts');
  });

  it('parks an update after ten failures of its own, but never an unclear create', () => {
    expect(wordOf(judgeOutcome(of('update', { attempts: 9 }), outcomes.unclear, context))).toBe('parked');
    expect(wordOf(judgeOutcome(of('create', { attempts: 9 }), outcomes.unclear, context))).toBe('unclear');
  });

  it('keeps an earlier unclear result when this attempt certainly wrote nothing', () => {
    expect(wordOf(judgeOutcome(of('create', { wasUnclear: true }), outcomes.retry, context))).toBe('unclear');
  });

  it('counts the leaver step of a deactivate as done', () => {
    expect(judgeOutcome(of('deactivate'), outcomes.done, context)).toMatchObject({ settlement: { shadow: { stepDone: true } } });
  });
});

describe('the Verdict on a look-up', () => {
  const mine = { key: '12', record: { Email: ' ANNA@contoso.test ' } };
  const joann = { key: '13', record: { Email: 'joanna@contoso.test' } };

  it.each<[string, LookUpReason, readonly (typeof mine)[], string]>([
    ['no record before a create', 'beforeCreate', [], 'send'],
    ['only a record whose e-mail contains that of the person', 'beforeCreate', [joann], 'send'],
    ['one record with the same e-mail in another case', 'beforeCreate', [mine, joann], 'queued as update 12, active'],
    ['two records with the same e-mail', 'beforeCreate', [mine, { ...mine, key: '14' }], 'parked'],
    ['no record after "exists"', 'exists', [], 'parked'],
    ['one record after "exists"', 'exists', [mine], 'queued as update 12, active'],
    ['no record after "missing"', 'missing', [], 'superseded, forget'],
    ['one record after "missing"', 'missing', [mine], 'queued as update 12'],
  ])('for %s', (_, why, found, word) => {
    const delivery = of(why === 'missing' ? 'update' : 'create');
    const settlement = judgeFound(delivery, why, found, 'answered', context);
    expect(settlement === 'send' ? 'send' : wordOf({ is: 'settle', settlement })).toBe(word);
  });

  it('needs a person for a record that is found again and missing again', () => {
    const settlement = judgeFound(of('update', { rekeyed: true }), 'missing', [mine], 'answered 404', context);
    expect(settlement).toMatchObject({ state: 'parked' });
  });

  it('is done for an unclear create if the found record is equal', () => {
    const settlement = judgeFound(
      of('create', { wasUnclear: true }),
      'beforeCreate',
      [{ key: '12', record: { ...annasRow, extra: 'x' } }],
      '',
      context,
    );
    expect(settlement).toMatchObject({ state: 'done', shadow: { key: '12', sent: [annasRow] } });
  });

  it.each<[string, Partial<Delivery>, string]>([
    ['unclear for less than that', { wasUnclear: true, answeredAt: new Date(noon.getTime() - 4_999) }, 'unclear'],
    ['unclear for less than that, and no longer wanted', { wasUnclear: true, obsolete: true, answeredAt: noon }, 'unclear'],
    ['unclear for as long', { wasUnclear: true, answeredAt: new Date(noon.getTime() - 5_000) }, 'send'],
    ['that was certainly not written', { answeredAt: noon }, 'send'],
  ])('with a look-up delay of 5 s and no record found for a create %s is: %j', (_, change, word) => {
    const settlement = judgeFound(of('create', change), 'beforeCreate', [], '', context);
    expect(settlement === 'send' ? 'send' : wordOf({ is: 'settle', settlement })).toBe(word);
    if (settlement !== 'send') expect(settlement.notBefore).toEqual(new Date(noon.getTime() + 5_000));
  });

  it('also updates an equal record of another origin, because it may be disabled there', () => {
    const settlement = judgeFound(of('create'), 'beforeCreate', [{ key: '12', record: annasRow }], '', context);
    expect(settlement).toMatchObject({ state: 'queued', goesOnAs: { action: 'update', key: '12' } });
  });

  it('adopts an existing record unchanged when the connector cannot update', () => {
    const settlement = judgeFound(of('create'), 'beforeCreate', [mine], '', { ...context, can: new Set<Action>(['create']) });
    expect(settlement).toMatchObject({ state: 'done', shadow: { key: '12', active: true } });
  });
});
