import { describe, expect, it } from 'vitest';
import { DaemonError } from '../src/domain/errors.ts';
import { createLogger, type LogLevel } from '../src/log.ts';

function aLog(secrets: readonly string[] = [], level: LogLevel = 'info') {
  const lines: string[] = [];
  const log = createLogger({ level, destination: { write: (line) => lines.push(line) }, secrets: () => secrets });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? '') as Record<string, unknown> };
}

describe('the log', () => {
  it('writes one JSON line per fact, with the level as a word, the time and the fields', () => {
    const { log, lines, last } = aLog();
    log.info({ target: 'front-desk', ms: 12 }, 'delivered');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/\n$/);
    expect(last()).toMatchObject({ level: 'info', msg: 'delivered', target: 'front-desk', ms: 12 });
    expect(new Date(String(last()['time'])).getTime()).toBeGreaterThan(0);
  });

  it('omits lines below its level', () => {
    const { log, lines } = aLog([], 'warn');
    log.debug({}, 'a');
    log.info({}, 'b');
    log.warn({}, 'c');
    log.error({}, 'd');
    expect(lines).toHaveLength(2);
  });

  it('adds the fields of a child logger to each of its lines', () => {
    const { log, last } = aLog();
    log.child({ run: 3 }).child({ target: 'x' }).info({ ms: 1 }, 'planned');
    expect(last()).toMatchObject({ run: 3, target: 'x', ms: 1 });
  });

  it.each([
    ['a field', { password: 'hunter2!' }],
    ['a part of a text', { url: 'https://svc:hunter2!@vms.local/' }],
    ['a list in a field', { args: ['-p', 'hunter2!'] }],
    ['a nested object', { a: { b: { c: 'hunter2!' } } }],
    ['the name of a field', { 'hunter2!': 1 }],
    ['an error', { error: new Error('wrong: hunter2!') }],
    ['the cause of an error', { error: new DaemonError('x', 'failed', { cause: new Error('wrong: hunter2!') }) }],
    ['the hint of an error', { error: new DaemonError('x', 'failed', { hint: 'use hunter2!' }) }],
  ])('replaces a resolved secret in %s', (_, fields) => {
    const { log, lines } = aLog(['hunter2!']);
    log.info(fields, 'asked');
    expect(lines[0]).not.toContain('hunter2!');
    expect(lines[0]).toContain('[secret]');
  });

  it('replaces secrets in the message and in the fields of a child logger that was made before they were known', () => {
    const secrets: string[] = [];
    const { log, lines } = aLog(secrets);
    const child = log.child({ header: 'X-Key: s3cr"et' });
    secrets.push('s3cr"et');
    child.warn({}, 'sent s3cr"et');
    expect(lines[0]).not.toContain('s3cr');
  });

  it.each([
    ['Authorization: Bearer abc.def-ghi_1=', 'Authorization: Bearer [secret]'],
    ['authorization: basic c3ZjOnB3', 'authorization: basic [secret]'],
    ['token vst_Ab-c_1 was used', 'token [secret] was used'],
    ['access vsa_eyJz-1.Ab-c_1 ended', 'access [secret] ended'],
    ['saw eyJhbGciOiJSUzI1NiJ9.eyJ0.c2ln-_ here', 'saw [secret] here'],
    ['bearer of news', 'bearer of news'],
    ['the Bearer token expired.', 'the Bearer token expired.'],
    ['Basic authentication is off', 'Basic authentication is off'],
    ['contains the word Bearer twice. Enter the token', 'contains the word Bearer twice. Enter the token'],
    ['Bearer abc.def', 'Bearer [secret]'],
    ['the word Bearer.', 'the word Bearer.'],
    ['Bearer realm="x", error="invalid_token"', 'Bearer realm="x", error="invalid_token"'],
    ['Bearer abcdefghijklmnopqrstuvwxyz failed', 'Bearer [secret] failed'],
    ['Bearer a1 failed', 'Bearer [secret] failed'],
    ['nothing to hide', 'nothing to hide'],
  ])('replaces credentials that it recognizes by their form: %s', (text, shown) => {
    const { log, last } = aLog();
    log.info({ text }, 'x');
    expect(last()['text']).toBe(shown);
  });

  it('replaces a longer secret as a whole when another secret is a part of it', () => {
    const { log, last } = aLog(['pass', 'password1']);
    log.info({ text: 'is password1!' }, 'x');
    expect(last()['text']).toBe('is [secret]!');
  });

  it('does not replace secrets of one or two letters', () => {
    const { log, last } = aLog(['a']);
    log.info({ text: 'a banana', whole: 'a' }, 'x');
    expect(last()).toMatchObject({ text: 'a banana', whole: '[secret]' });
  });

  it('writes errors that are each other’s cause without an endless loop', () => {
    const { log, lines } = aLog();
    const error = new Error('round');
    error.cause = error;
    log.error({ error }, 'x');
    expect(lines).toHaveLength(1);
  });
});
