import { expect, test } from 'vitest';
import { applyPatch } from '../../support/apply-patch.ts';
import { parsePatch } from '../../../src/scim/patch/parse-patch.ts';
import { reduceGroupPatch } from '../../../src/scim/patch/reduce-group.ts';
import { aUser, errorOf, schemas } from '../samples.ts';

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
const element = (index: number) => ({ value: `v${index}`, type: 'work' });
const crowded = aUser({ emails: times(1_000, element) });
const patch = (...operations: object[]) => applyPatch(crowded, parsePatch({ Operations: operations }), schemas);
const edit = (...operations: object[]) => reduceGroupPatch(parsePatch({ Operations: operations }), schemas);

// Without the limits, each of these took seconds to minutes, within one body of a megabyte.
test.each<[string, () => unknown]>([
  [
    'more attributes in one value than operations are allowed',
    () => patch({ op: 'add', value: Object.fromEntries(times(1_001, (index) => [`unknown${index}`, 'x'])) }),
  ],
  [
    'two values without a path with too many attributes together',
    () =>
      patch(
        ...times(2, (index) => ({
          op: 'add',
          value: Object.fromEntries(times(600, (key) => [`emails[value eq "v${key}"].display`, `${index}`])),
        })),
      ),
  ],
  [
    'many changes of many elements',
    () => patch(...times(300, (index) => ({ op: 'replace', path: 'emails[value co "v"].display', value: `${index}` }))),
  ],
  [
    'a long filter over many elements',
    () => patch({ op: 'remove', path: `emails[${times(260, (index) => `value eq "x${index}"`).join(' or ')}]` }),
  ],
  [
    'many comparisons of one value, in brackets after a single-valued attribute',
    () => patch(...times(10, () => ({ op: 'remove', path: `name[${times(201, (index) => `givenName co "x${index}"`).join(' or ')}]` }))),
  ],
  [
    'a long filter over a long text',
    () =>
      applyPatch(
        aUser({ addresses: [{ formatted: 'x'.repeat(9_000) }] }),
        [{ op: 'remove', path: `addresses[${times(200, (index) => `formatted co "${index}"`).join(' or ')}]` }],
        schemas,
      ),
  ],
  [
    'a long text set on many elements repeatedly',
    () =>
      applyPatch(
        aUser({ addresses: times(900, (index) => ({ formatted: String(index) })) }),
        times(3, (index) => ({ op: 'replace' as const, path: 'addresses.locality', value: `${index}`.padEnd(4_000, 'x') })),
        schemas,
      ),
  ],
  ['a long list against many elements', () => patch({ op: 'remove', path: 'emails', value: times(300, element) })],
  ['many additions to many elements', () => patch(...times(150, () => ({ op: 'add', path: 'emails', value: times(900, element) })))],
  ['many ways to compare members', () => edit(...times(21, (index) => ({ op: 'remove', path: `members[display sw "${index}"]` })))],
])('a PATCH with %s is refused with 413', (_, act) => {
  expect(errorOf(act)).toEqual({
    status: 413,
    scimType: undefined,
    detail: expect.stringMatching(/^Too .* in one PATCH( \(max [\d,]+\))?\. Split it into several requests\.$/) as string,
  });
});

test('a large PATCH of a usual client is accepted', () => {
  expect(patch({ op: 'add', path: 'emails', value: times(1_000, element) })).toBe(crowded);
  expect(patch({ op: 'remove', path: 'emails', value: times(40, element) }).emails).toHaveLength(960);
  expect(patch(...times(40, (index) => ({ op: 'replace', path: `emails[value eq "v${index}"].display`, value: 'x' }))).emails).toHaveLength(
    1_000,
  );
  expect(patch({ op: 'replace', value: Object.fromEntries(times(1_000, (index) => [`unknown${index}`, 'x'])) })).toBe(crowded);
  const ids = times(1_000, (index) => ({ op: 'remove', path: `members[value eq "${index}"]` }));
  expect(edit(...ids).members?.remove).toHaveLength(1_000);
  expect(edit({ op: 'add', path: 'members', value: times(20_000, String) }).members?.add).toHaveLength(20_000);
});
