import * as fc from 'fast-check';
import { enterpriseUserUrn, userUrn } from '../../../src/scim/resource.ts';
import { kinds, type Flat, type Kind, type Place, type Step, type Term } from './oracle.ts';

/** The URN of the site's custom attributes in the oracle's table. */
export const ownUrn = 'urn:contoso:2.0:User';

const urns = { 'E:': enterpriseUserUrn, 'O:': ownUrn } as const;

/** An operation as sent, and in the form of the oracle. */
export interface Twin {
  readonly wire: object;
  readonly step: Step;
}

const anyCase = (text: string) =>
  fc.constantFrom(text, text, text, text.toLowerCase(), text.toUpperCase(), text.slice(0, 1).toUpperCase() + text.slice(1));

const texts = fc.constantFrom('A', 'a', 'b', 'work', 'home', 'x y', ' ', '7', 'True', 'false');
const empties = fc.constantFrom<unknown>('', null, []);
const rubbish = fc.constantFrom<unknown>(7, 1.5, true, {}, { nonsense: 1 }, ['a', 'b'], [['a']], { value: 7 }, { value: {} });

/** A few values that identify elements, so that equal elements occur often. */
const usual = { value: fc.constantFrom('A', 'a', 'b'), type: fc.constantFrom('work', 'home', 'Work') };
const usualOf: Readonly<Record<string, fc.Arbitrary<string>>> = usual;

function rightOne(kind: Kind): fc.Arbitrary<unknown> {
  switch (kind.is) {
    case 'text':
      return texts;
    case 'boolean':
      return fc.constantFrom<unknown>(true, false, 'True', 'FALSE', 'false');
    case 'integer':
      return fc.constantFrom<unknown>(0, 3, -4, '3', '-15');
    case 'complex': {
      const parts = Object.entries(kind.parts ?? {}).map(([name, part]) =>
        fc.tuple(anyCase(name), fc.oneof({ weight: 6, arbitrary: usualOf[name] ?? rightOne(part) }, { weight: 1, arbitrary: empties })),
      );
      const some = fc.tuple(...parts.map((part) => fc.option(part, { nil: undefined })));
      return some.map((pairs) => Object.fromEntries(pairs.filter((pair) => pair !== undefined)));
    }
  }
}

function rawFor(kind: Kind): fc.Arbitrary<unknown> {
  const one = rightOne(kind);
  const wrapped = fc.array(one, { minLength: 1, maxLength: kind.many ? 3 : 1 });
  return fc.oneof(
    { weight: 12, arbitrary: kind.many ? fc.oneof(wrapped, wrapped, one) : fc.oneof(one, one, one, wrapped) },
    { weight: 3, arbitrary: empties },
    { weight: 1, arbitrary: fc.oneof(rubbish, texts) },
  );
}

const partNames = ['value', 'type', 'primary', 'display'] as const;

const term: fc.Arbitrary<Term> = fc.constantFrom(...partNames).chain((part) =>
  part === 'primary'
    ? fc.oneof(
        fc.constantFrom<Term>({ part, operator: 'pr' }),
        fc.record({ part: fc.constant(part), operator: fc.constantFrom('eq', 'ne'), value: fc.constantFrom(true, false, 'True') }),
      )
    : fc.oneof(
        { weight: 1, arbitrary: fc.constant<Term>({ part, operator: 'pr' }) },
        {
          weight: 4,
          arbitrary: fc.record({
            part: fc.constant(part),
            operator: fc.constantFrom('eq', 'eq', 'ne', 'sw'),
            value: fc.constantFrom('A', 'b', 'work', 'home'),
          }),
        },
      ),
);
const simpleTerm: fc.Arbitrary<Term> = fc.record({ part: fc.constant('value'), operator: fc.constantFrom('eq', 'ne', 'sw'), value: texts });

const printTerm = ({ part, operator, value }: Term) => (operator === 'pr' ? `${part} pr` : `${part} ${operator} ${JSON.stringify(value)}`);

/** A path and one of its spellings. */
interface Spelt {
  readonly place: Place;
  readonly text: string;
}

const writable = Object.entries(kinds).filter(([, { rule }]) => rule === undefined);

// Writable paths are three times as frequent as others, because too many refusals would hide later results.
const attributePlace: fc.Arbitrary<Spelt> = fc.constantFrom(...Object.entries(kinds), ...writable, ...writable).chain(([name, kind]) => {
  const plain = name.replace(/^[EO]:/, '');
  const prefix = name === plain ? undefined : urns[name.slice(0, 2) as keyof typeof urns];
  const spelling = fc.oneof(anyCase(plain), anyCase(`${prefix ?? userUrn}:${plain}`), fc.constant(`${prefix ?? userUrn}.${plain}`));
  const parts = Object.keys(kind.parts ?? {});
  const part = parts.length === 0 ? fc.constant(undefined) : fc.option(fc.constantFrom(...parts), { nil: undefined });
  const where =
    kind.many && kind.rule === undefined
      ? fc.option(fc.array(kind.parts ? term : simpleTerm, { minLength: 1, maxLength: 2 }), { nil: undefined })
      : fc.constant(undefined);
  return fc
    .tuple(spelling, part, where, fc.constantFrom('and' as const, 'and' as const, 'or' as const))
    .chain(([text, chosen, terms, joined]) =>
      anyCase(chosen ?? '').map((tail): Spelt => {
        const brackets = terms === undefined ? '' : `[${terms.map(printTerm).join(` ${joined} `)}]`;
        return {
          place: {
            is: 'attribute',
            name,
            ...(chosen !== undefined && { part: chosen }),
            ...(terms !== undefined && { where: terms, joined: terms.length > 1 ? joined : 'and' }),
          },
          text: `${text}${brackets}${chosen === undefined ? '' : `.${tail}`}`,
        };
      }),
    );
});

const oddPlace = fc.constantFrom<Spelt>(
  { place: { is: 'unknown' }, text: 'nonsense' },
  { place: { is: 'unknown' }, text: 'name.nonsense' },
  { place: { is: 'unknown' }, text: 'urn:none:User:x' },
  { place: { is: 'unknown' }, text: 'emails[type eq "work"].nonsense' },
  { place: { is: 'malformed' }, text: 'name..x' },
  { place: { is: 'malformed' }, text: 'emails[type eq "work"' },
  { place: { is: 'malformed' }, text: '__proto__.x' },
  { place: { is: 'malformedFilter' }, text: 'emails[type is "work"].value' },
);
const knownPlace = fc.oneof({ weight: 12, arbitrary: attributePlace }, { weight: 1, arbitrary: oddPlace });

const opName = fc.constantFrom('add' as const, 'replace' as const, 'replace' as const, 'remove' as const);

function rawAt(place: Place): fc.Arbitrary<unknown> {
  if (place.is !== 'attribute') return texts;
  const kind = kinds[place.name];
  return rawFor((place.part === undefined ? kind : kind?.parts?.[place.part]) ?? { is: 'text' });
}

const onPath: fc.Arbitrary<Twin> = fc.tuple(opName, knownPlace).chain(([op, { place, text }]) =>
  fc.tuple(anyCase(op), op === 'remove' ? fc.option(rawAt(place), { nil: undefined, freq: 2 }) : rawAt(place)).map(([sent, value]) => ({
    wire: { op: sent, path: text, ...(value !== undefined && { value }) },
    step: { op, place, value },
  })),
);

/** Keys of an object of attributes with their paths; a key with an invalid filter is also an error there. */
const entry = fc
  .oneof({ weight: 8, arbitrary: attributePlace }, { weight: 1, arbitrary: oddPlace })
  .filter(({ place, text }) => place.is !== 'malformed' || text.includes('['));
const entries = fc.uniqueArray(
  entry.chain(({ place, text }) => fc.tuple(fc.constant(place), fc.constant(text), rawAt(place))),
  { selector: ([, text]) => text, minLength: 1, maxLength: 3 },
);

const ownPart = (prefix: 'E:' | 'O:') =>
  fc.uniqueArray(
    fc
      .constantFrom(...Object.keys(kinds).filter((name) => name.startsWith(prefix)))
      .chain((name) => fc.tuple(fc.constant(name), anyCase(name.slice(2)), rawAt({ is: 'attribute', name }))),
    { selector: ([, text]) => text, minLength: 1, maxLength: 3 },
  );

const onExtension: fc.Arbitrary<Twin> = fc.constantFrom('E:' as const, 'O:' as const).chain((prefix) =>
  fc
    .tuple(opName, fc.oneof(ownPart(prefix), ownPart(prefix), empties, fc.constantFrom(7, 'x')), fc.boolean())
    .map(([op, given, nested]): Twin => {
      const pairs = Array.isArray(given) && given.length > 0 ? (given as (readonly [string, string, unknown])[]) : undefined;
      const value = pairs ? Object.fromEntries(pairs.map(([, text, raw]) => [text, raw])) : given;
      const within = pairs?.map(([name, , raw]) => [{ is: 'attribute', name } as const, raw] as const);
      const place: Place = { is: 'extension', prefix };
      const step: Step = { op, place, value, ...(within && { entries: within }) };
      if (nested && op !== 'remove') {
        const about: Step = within ? { ...step, place: { is: 'nowhere' } } : { op, place: { is: 'nowhere' }, entries: [[place, value]] };
        return { wire: { op, value: { [urns[prefix]]: value } }, step: about };
      }
      return { wire: { op, path: urns[prefix], value }, step };
    }),
);

const onResource: fc.Arbitrary<Twin> = fc
  .tuple(opName, entries, fc.constantFrom(undefined, '', userUrn), fc.boolean())
  .map(([op, pairs, path, spoilt]) => {
    const place: Place = { is: path === userUrn ? 'resource' : 'nowhere' };
    const value: unknown = spoilt && pairs.length === 3 ? 'no object' : Object.fromEntries(pairs.map(([, text, raw]) => [text, raw]));
    return {
      wire: { op, ...(path !== undefined && { path }), value },
      step: { op, place, ...(typeof value === 'object' && { entries: pairs.map(([at, , raw]) => [at, raw] as const) }) },
    };
  });

/** Operations in all known forms, valid and invalid. */
export const twins: fc.Arbitrary<readonly Twin[]> = fc.array(
  fc.oneof({ weight: 8, arbitrary: onPath }, { weight: 3, arbitrary: onResource }, { weight: 2, arbitrary: onExtension }),
  { maxLength: 5 },
);

const elementOf = fc.record({ ...usual, display: texts, primary: fc.boolean() }, { requiredKeys: [] });

/** Elements as stored: not empty, without duplicates, and at most one primary. */
const emails = fc
  .uniqueArray(elementOf, {
    minLength: 1,
    maxLength: 3,
    selector: ({ value, type, display, primary }) => JSON.stringify([value, type, display, primary]),
  })
  .filter((all) => all.every((one) => Object.keys(one).length > 0) && all.filter((one) => one.primary).length < 2);

/** Documents with some of the oracle's attributes. */
export const documents: fc.Arbitrary<Flat> = fc
  .record(
    {
      userName: fc.constantFrom('A', 'anna'),
      displayName: texts,
      active: fc.boolean(),
      name: fc.record({ givenName: texts, familyName: texts }, { requiredKeys: ['givenName'] }),
      emails,
      'E:department': texts,
      'E:manager': fc.record({ value: texts, $ref: texts }, { requiredKeys: ['value'] }),
      'O:floor': fc.constantFrom(1, 2),
      'O:tags': fc.uniqueArray(texts, { minLength: 1, maxLength: 3 }),
      'O:badge': texts,
    },
    { requiredKeys: ['userName'] },
  )
  .map((record) => new Map(Object.entries(record)));

/** The document in the form in which the product stores it. */
export function toNested(flat: Flat): Record<string, unknown> {
  const nested: Record<string, unknown> = {};
  for (const [name, value] of flat) {
    const prefix = name.slice(0, 2);
    if (prefix !== 'E:' && prefix !== 'O:') nested[name] = value;
    else nested[urns[prefix]] = { ...(nested[urns[prefix]] as object | undefined), [name.slice(2)]: value };
  }
  return nested;
}
