import { describe, expect, it } from 'vitest';
import { DaemonError, messageOf } from '../../src/domain/errors.ts';

const refused = Object.assign(new AggregateError([new Error('connect ECONNREFUSED ::1:80')]), { code: 'ECONNREFUSED' });

describe('the message of a thrown value', () => {
  it.each<[string, unknown, string]>([
    ['an error', new Error('disk full'), 'disk full'],
    ['a DaemonError', new DaemonError('listen', 'port in use', { hint: 'Use another port.' }), 'port in use'],
    ['an error without a message, with a code', refused, 'ECONNREFUSED'],
    ['an error with neither', new TypeError(), 'TypeError'],
    ['an error without message and name', Object.assign(new Error(), { name: '' }), 'unknown error'],
    ['a text', 'stopped', 'stopped'],
    ['an empty text', '', 'unknown error'],
    ['nothing', undefined, 'undefined'],
    ['an object that cannot be written as text', Object.create(null), 'unknown error'],
  ])('is a readable text for %s', (_, thrown, message) => {
    expect(messageOf(thrown)).toBe(message);
  });
});
