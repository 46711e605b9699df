import { describe, expect, it } from 'vitest';
import { openRedactor } from '../../../src/domain/redactor.ts';
import { toReason } from '../../../src/outbound/drivers/http-reply.ts';

const secret = 'MARKER-9f8e7d6c5b4a39281706';
const lines = 'first-line-of-key\nsecond\tline-of-key';

describe('a reason that quotes an answer', () => {
  it.each([
    ['is cut behind the secret, not in it', `${'x'.repeat(280)}${secret}`],
    ['is made one line', `bad header ${lines}!`],
    ['is one line already', `bad header ${lines.replace(/\s/g, ' ')}!`],
  ])('contains no part of a secret when it %s', (_, message) => {
    const reason = toReason({ status: 422, headers: {}, body: { message }, text: '', hide: openRedactor([secret, lines]) });
    expect(reason).not.toMatch(/MARKER|line-of-key/);
    expect(reason).toContain('[hidden]');
  });
});
