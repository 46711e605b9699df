import { describe, expect, it } from 'vitest';
import { TargetUnavailable } from '../../../src/domain/errors.ts';
import { judgeUnanswered } from '../../../src/outbound/engine/delivery/judge-unanswered.ts';
import { TooManyMissing } from '../../../src/outbound/engine/delivery/too-many-missing.ts';
import { deliveryOf, noon } from './inputs.ts';

const batch = { alone: false, now: noon, visibleAfterMs: 30_000 };
const solo = { ...batch, alone: true };
const later = new Date(noon.getTime() + 30_000);
const notSent = new TargetUnavailable('connection refused');
const perhapsSent = new TargetUnavailable('connection reset', { mayHaveLeft: [7] });

describe('a Delivery without an answer', () => {
  it.each([
    ['was not sent', {}, notSent, batch, { state: 'queued', notBefore: noon, recheckAt: noon }],
    ['was in doubt before and was not sent', { wasUnclear: true }, notSent, batch, { state: 'unclear', notBefore: noon }],
    ['may have been sent', {}, perhapsSent, batch, { state: 'unclear', notBefore: later, wasUnclear: true }],
    ['waits for a person who checks the Target', {}, new TooManyMissing('many'), batch, { state: 'queued', notBefore: noon }],
    ['met an unknown error', {}, new Error('broken'), batch, { state: 'unclear', answer: 'broken' }],
    ['was alone', {}, perhapsSent, solo, { state: 'unclear', soloFailures: 1 }],
    ['was alone for the third time', { soloFailures: 2 }, perhapsSent, solo, { state: 'parked', soloFailures: 1 }],
    ['was in a batch after two failures alone', { soloFailures: 2 }, perhapsSent, batch, { state: 'unclear' }],
  ] as const)('%s', (_, change, error, context, expected) => {
    expect(judgeUnanswered([deliveryOf(change)], error, context)).toMatchObject([{ delivery: 7, ...expected }]);
  });
});
