import { describe, expect, it } from 'vitest';
import { TargetRefused, TargetUnavailable } from '../../../src/domain/errors.ts';
import type { Action } from '../../../src/domain/target.ts';
import { assertAnswered, toOutcome, type ReplyResult } from '../../../src/outbound/drivers/http-outcome.ts';
import { parseBody, toReason, toRetryAfterMs, type Reply } from '../../../src/outbound/drivers/http-reply.ts';

const now = new Date('2026-11-21T12:00:00Z');

function reply(status: number, headers: Reply['headers'] = {}, text = ''): Reply {
  return { status, headers, body: parseBody(text), text };
}

function judge(
  action: Action,
  answer: Reply,
  more: { readonly says?: ReplyResult; readonly key?: string; readonly needsKey?: boolean } = {},
): unknown {
  const { says, key, needsKey = false } = more;
  try {
    return toOutcome({ action, delivery: 7, reply: answer, says, key, needsKey, now });
  } catch (error) {
    if (error instanceof TargetRefused) return 'refused';
    if (error instanceof TargetUnavailable)
      return { unavailable: error.mayHaveLeft, ...(error.afterMs !== undefined && { afterMs: error.afterMs }) };
    throw error;
  }
}

describe('the Outcome of a write by its HTTP response', () => {
  it.each<[Action, Reply, unknown]>([
    ['create', reply(201), { status: 'done' }],
    ['update', reply(204), { status: 'done' }],
    ['create', reply(409), { status: 'exists', reason: 'answered 409' }],
    ['update', reply(404), { status: 'missing', reason: 'answered 404' }],
    ['delete', reply(410), { status: 'missing', reason: 'answered 410' }],
    ['create', reply(404), { status: 'reject', reason: 'answered 404' }],
    ['create', reply(400, {}, '{"error":{"message":"mail is wrong"}}'), { status: 'reject', reason: 'answered 400: mail is wrong' }],
    ['create', reply(403), { status: 'reject', reason: 'answered 403' }],
    ['create', reply(429, { 'retry-after': '7' }), { status: 'retry', reason: 'answered 429', fact: 'answered 429', afterMs: 7_000 }],
    ['create', reply(408), { status: 'retry', reason: 'answered 408', fact: 'answered 408' }],
    ['create', reply(500), { status: 'unclear', reason: 'answered 500', fact: 'answered 500' }],
    ['create', reply(504), { status: 'unclear', reason: 'answered 504', fact: 'answered 504' }],
    ['create', reply(503), { status: 'unclear', reason: 'answered 503', fact: 'answered 503' }],
    ['create', reply(503, { 'retry-after': '60' }), { unavailable: [], afterMs: 60_000 }],
    ['create', reply(401), 'refused'],
    ['create', reply(407), { unavailable: [] }],
    ['create', reply(302), { unavailable: [7] }],
    ['create', reply(307), { unavailable: [] }],
  ])('for %s, %j is %j', (action, answer, meaning) => {
    expect(judge(action, answer)).toEqual(meaning);
  });

  it.each(['exists', 'missing', 'retry', 'reject'] as const)('follows the Connector before the status code: %s', (says) => {
    expect(judge('create', reply(200), { says })).toMatchObject({ status: says });
    expect(judge('create', reply(500), { says })).toMatchObject({ status: says });
  });

  it('is unclear when the response lacks a required key', () => {
    expect(judge('create', reply(200), { needsKey: true })).toMatchObject({ status: 'unclear' });
    expect(judge('create', reply(200), { needsKey: true, key: '4711' })).toEqual({ status: 'done', key: '4711' });
  });
});

describe('the result of a read by its HTTP response', () => {
  it.each([
    [200, undefined],
    [401, TargetRefused],
    [403, TargetRefused],
    [302, TargetUnavailable],
    [404, TargetUnavailable],
    [500, TargetUnavailable],
  ])('follows status %i', (status, family) => {
    const act = () => assertAnswered(reply(status), now);
    if (family === undefined) expect(act).not.toThrow();
    else expect(act).toThrow(family);
  });
});

describe('the waiting time of Retry-After (RFC 9110 §10.2.3)', () => {
  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Sat, 21 Nov 2026 12:00:30 GMT', 30_000],
    ['Sat, 21 Nov 2026 11:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
  ])('of %j is %j ms', (header, ms) => {
    expect(toRetryAfterMs({ 'retry-after': header }, now)).toBe(ms);
  });
});

describe('the reason in a response of a product', () => {
  it.each([
    ['{"error":"duplicate"}', 'answered 400: duplicate'],
    ['{"detail":"taken","status":"409"}', 'answered 400: taken'],
    ['{"errors":[{"message":"a"},{"message":"b"}]}', 'answered 400: a'],
    ['[{"message":"in a list"}]', 'answered 400: in a list'],
    ['{"message":"two\\nlines\\u0007"}', 'answered 400: two lines'],
    ['<html>proxy</html>', 'answered 400'],
    ['{"error":{"a":{"b":{"message":"deep"}}}}', 'answered 400'],
  ])('%s is reported as %s', (text, reason) => {
    expect(toReason(reply(400, {}, text))).toBe(reason);
  });

  it('is also read from plain text, and is truncated at 300 characters', () => {
    expect(toReason(reply(400, { 'content-type': 'text/plain' }, 'no such office'))).toBe('answered 400: no such office');
    expect(toReason(reply(400, {}, JSON.stringify({ error: 'x'.repeat(1_000) })))).toHaveLength('answered 400: '.length + 300);
  });
});
