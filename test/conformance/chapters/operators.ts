import { expect } from 'vitest';
import { must, type Chapter, type Requirement } from '../requirement.ts';
import { expectError } from '../scim.ts';

/** Each of the filter's attributes with a small, a middle and a large value. The values are found by userName `a`, `b`, `c`; `n` has none. */
const types: readonly {
  readonly type: string;
  readonly attribute: string;
  readonly store: (value: unknown) => object;
  readonly values: readonly [unknown, unknown, unknown];
  /** Filters and the people they find; the text `400` for those that must be rejected. */
  readonly filters: readonly (readonly [filter: string, found: string])[];
}[] = [
  {
    type: 'string',
    attribute: 'title',
    store: (title) => ({ title }),
    values: ['alpha', 'Beta', 'gamma'],
    filters: [
      ['eq "beta"', 'b'],
      ['ne "beta"', 'acn'],
      ['co "ET"', 'b'],
      ['sw "be"', 'b'],
      ['ew "MA"', 'c'],
      ['pr', 'abc'],
      ['gt "beta"', 'c'],
      ['ge "beta"', 'bc'],
      ['lt "beta"', 'a'],
      ['le "beta"', 'ab'],
    ],
  },
  {
    type: 'case-exact string',
    attribute: 'externalId',
    store: (externalId) => ({ externalId }),
    values: ['alpha', 'beta', 'Gamma'],
    filters: [
      ['eq "Beta"', ''],
      ['eq "beta"', 'b'],
      ['ne "Beta"', 'abcn'],
      ['co "mM"', ''],
      ['sw "G"', 'c'],
      ['ew "A"', ''],
      ['pr', 'abc'],
      ['gt "alpha"', 'b'],
      ['ge "alpha"', 'ab'],
      ['lt "alpha"', 'c'],
      ['le "alpha"', 'ac'],
    ],
  },
  {
    type: 'boolean',
    attribute: 'emails.primary',
    store: (primary) => ({ emails: [{ value: 'x@contoso.test', primary }] }),
    values: [true, false, true],
    filters: [
      ['eq true', 'ac'],
      ['eq false', 'b'],
      ['ne true', 'bn'],
      ['pr', 'abc'],
      ['gt false', '400'],
      ['ge false', '400'],
      ['lt true', '400'],
      ['le true', '400'],
    ],
  },
  {
    type: 'dateTime',
    attribute: 'meta.created',
    store: () => ({}),
    values: [0, 0, 0],
    filters: [
      ['eq "2026-11-21T12:01:00Z"', 'b'],
      ['eq "2026-11-21T13:01:00+01:00"', 'b'],
      ['ne "2026-11-21T12:01:00.000Z"', 'acn'],
      ['gt "2026-11-21T12:01:00.0000000Z"', 'cn'],
      ['ge "2026-11-21T07:01:00-05:00"', 'bcn'],
      ['lt "2026-11-21T12:01:00Z"', 'a'],
      ['le "2026-11-21T12:01:00Z"', 'ab'],
      ['pr', 'abcn'],
    ],
  },
  {
    type: 'reference',
    attribute: 'profileUrl',
    store: (profileUrl) => ({ profileUrl }),
    values: ['https://a.test/x', 'https://b.test/X', 'https://c.test/x'],
    filters: [
      ['eq "https://b.test/X"', 'b'],
      ['eq "https://b.test/x"', ''],
      ['ne "https://b.test/X"', 'acn'],
      ['co "b.test"', 'b'],
      ['sw "https://"', 'abc'],
      ['ew "/x"', 'ac'],
      ['pr', 'abc'],
    ],
  },
  {
    type: 'binary',
    attribute: 'x509Certificates.value',
    store: (value) => ({ x509Certificates: [{ value }] }),
    values: ['AAAA', 'BBBB', 'CCCC'],
    filters: [
      ['eq "BBBB"', 'b'],
      ['eq "bbbb"', ''],
      ['ne "BBBB"', 'acn'],
      ['pr', 'abc'],
      ['gt "AAAA"', '400'],
      ['le "AAAA"', '400'],
    ],
  },
];

/** Every operator on every type (RFC 7644 §3.4.2.2, table 3). */
export const operators: Chapter = {
  title: 'Filter operators',
  file: 'operators',
  requirements: types.flatMap(({ type, attribute, store, values, filters }) =>
    filters.map(([filter, found]): Requirement => {
      const text = found === '400' ? 'is rejected' : `finds ${found === '' ? 'nothing' : Array.from(found).join(', ')}`;
      return must('RFC 7644 §3.4.2.2', `${type}: \`${attribute} ${filter}\` ${text} (${describeValues(type, values)})`, async (scim) => {
        for (const [at, userName] of ['a', 'b', 'c', 'n'].entries()) {
          await scim.user({ userName, ...(userName !== 'n' && store(values[at])) });
          scim.server.clock.advance(60_000);
        }
        const whole = `${attribute} ${filter}`;
        if (found === '400') expectError(await scim.query('/Users', { filter: whole }), 400, 'invalidFilter');
        else expect((await scim.find(whole)).join('')).toBe(found);
      });
    }),
  ),
};

function describeValues(type: string, values: readonly unknown[]): string {
  if (type === 'dateTime') return 'a, b, c and n were created one minute apart, starting at 12:00 UTC';
  return `values of a, b and c: ${values.map((value) => JSON.stringify(value)).join(', ')}; n has no value`;
}
