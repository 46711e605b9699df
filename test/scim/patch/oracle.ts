// A second implementation of PATCH for comparison: slow, simple, and without code of src/scim. It supports a few attributes, one of each
// kind, and gets operations already resolved, so that it parses nothing. Rules: RFC 7644 §3.5.2, and docs/entra-facts.md#people.

/** The kind of an attribute. */
export interface Kind {
  readonly is: 'text' | 'boolean' | 'integer' | 'complex';
  readonly many?: boolean;
  readonly rule?: 'required' | 'readOnly' | 'immutable' | 'ignored';
  readonly parts?: Readonly<Record<string, Kind>>;
}

const text: Kind = { is: 'text' };
const element = { value: text, display: text, type: text, primary: { is: 'boolean' } } as const satisfies Record<string, Kind>;

/** The attributes by name; those of an extension have the prefix `E:` (enterprise) or `O:` (custom). */
export const kinds: Readonly<Record<string, Kind>> = {
  userName: { ...text, rule: 'required' },
  displayName: text,
  externalId: text,
  active: { is: 'boolean' },
  name: { is: 'complex', parts: { givenName: text, familyName: text } },
  emails: { is: 'complex', many: true, parts: element },
  id: { ...text, rule: 'readOnly' },
  meta: { is: 'complex', rule: 'readOnly', parts: { created: text } },
  groups: { is: 'complex', many: true, rule: 'readOnly', parts: { value: text } },
  password: { ...text, rule: 'ignored' },
  schemas: { ...text, many: true, rule: 'ignored' },
  'E:department': text,
  'E:manager': { is: 'complex', parts: { value: text, $ref: text, displayName: { ...text, rule: 'readOnly' } } },
  'O:floor': { is: 'integer' },
  'O:tags': { ...text, many: true },
  'O:badge': { ...text, rule: 'immutable' },
};

/** One comparison in the filter of a path. */
export interface Term {
  readonly part: string;
  readonly operator: 'eq' | 'ne' | 'sw' | 'pr';
  readonly value?: string | boolean;
}

/** The target of an operation. */
export type Place =
  | {
      readonly is: 'attribute';
      readonly name: string;
      readonly part?: string;
      readonly where?: readonly Term[];
      readonly joined?: 'and' | 'or';
    }
  | { readonly is: 'extension'; readonly prefix: 'E:' | 'O:' }
  | { readonly is: 'resource' | 'nowhere' | 'unknown' | 'malformed' | 'malformedFilter' };

/** The content of an object of attributes: each path once, with its raw value, in order. */
export type Entries = readonly (readonly [Place, unknown])[];

/** An operation. Its value is raw, or the entries of an object of attributes. */
export interface Step {
  readonly op: 'add' | 'replace' | 'remove';
  readonly place: Place;
  readonly value?: unknown;
  readonly entries?: Entries;
}

/** A document: values by the names of {@link kinds}, nothing unassigned. */
export type Flat = ReadonlyMap<string, unknown>;

/** The error of an operation, with its keyword. */
export class Refusal {
  readonly scimType: string;

  constructor(scimType: string) {
    this.scimType = scimType;
  }
}

const refuse = (scimType: string): never => {
  throw new Refusal(scimType);
};

/** The document after all steps. @throws {Refusal} of the first failing step. */
export function applySteps(document: Flat, steps: readonly Step[]): Flat {
  let now = new Map(document);
  for (const step of steps) now = applyStep(now, step);
  const userName = now.get('userName');
  if (typeof userName !== 'string' || userName.trim() === '') refuse('invalidValue');
  return now;
}

function applyStep(document: Flat, { op, place, value, entries }: Step): Map<string, unknown> {
  const now = new Map(document);
  switch (place.is) {
    case 'unknown':
      return now;
    case 'malformed':
      return refuse('invalidPath');
    case 'malformedFilter':
      return refuse('invalidFilter');
    case 'nowhere':
    case 'resource':
      if (op === 'remove') return refuse(place.is === 'nowhere' ? 'noTarget' : 'mutability');
      if (!entries) return refuse('invalidValue');
      return applyEntries(now, op, entries);
    case 'extension':
      if (op === 'remove' || (op === 'replace' && isEmpty(value) && !entries)) {
        for (const name of Object.keys(kinds)) if (name.startsWith(place.prefix)) setAttribute(now, 'remove', name, undefined);
        return now;
      }
      if (!entries) return isEmpty(value) ? now : refuse('invalidValue');
      return applyEntries(now, op, entries);
    case 'attribute':
      if (kindOf(place.name).rule === 'ignored') return now;
      if (isReadOnly(place)) return refuse('mutability');
      return applyPlace(now, op, place, value);
  }
}

/** In an object of attributes, read-only ones are ignored (Okta sends the id). */
function applyEntries(document: Map<string, unknown>, op: 'add' | 'replace', entries: Entries): Map<string, unknown> {
  let now = document;
  for (const [place, value] of entries) {
    if (place.is === 'attribute' && isReadOnly(place)) continue;
    now = applyStep(now, { op, place, value });
  }
  return now;
}

type AttributePlace = Extract<Place, { is: 'attribute' }>;

function isReadOnly({ name, part }: AttributePlace): boolean {
  const kind = kindOf(name);
  return kind.rule === 'readOnly' || (part !== undefined && kind.parts?.[part]?.rule === 'readOnly');
}

function applyPlace(now: Map<string, unknown>, op: Step['op'], place: AttributePlace, raw: unknown): Map<string, unknown> {
  const kind = kindOf(place.name);
  const current = now.get(place.name);
  if (kind.many) return setAttribute(now, op, place.name, changeMany(kind, op, place, raw, (current ?? []) as unknown[]));
  if (place.part === undefined && kind.is === 'complex' && op !== 'remove' && !isEmpty(unwrap(raw)))
    return setAttribute(now, op, place.name, merge(current, readParts(kind, unwrap(raw))));
  if (place.part !== undefined)
    return setAttribute(now, op, place.name, merge(current, readParts(kind, { [place.part]: op === 'remove' ? undefined : raw })));
  return setAttribute(now, op, place.name, op === 'remove' ? undefined : readOne(kind, raw));
}

function setAttribute(now: Map<string, unknown>, op: Step['op'], name: string, value: unknown): Map<string, unknown> {
  const { rule } = kindOf(name);
  const before = now.get(name);
  const after = Array.isArray(value) && value.length === 0 ? undefined : value;
  if (rule === 'required' && op === 'remove') refuse('mutability');
  if (rule === 'required' && after === undefined) refuse('invalidValue');
  if (rule === 'immutable' && before !== undefined && !same(before, after)) refuse('mutability');
  if (after === undefined) now.delete(name);
  else now.set(name, after);
  return now;
}

type Parts = Readonly<Record<string, unknown>>;

/** Given sub-attributes replace old ones, empty ones are removed. With another id all old ones are removed (manager). */
function merge(current: unknown, parts: Parts): Parts | undefined {
  return withoutEmpty({ ...('value' in parts ? {} : (current as Parts | undefined)), ...parts });
}

function withoutEmpty(parts: Parts): Parts | undefined {
  const entries = Object.entries(parts).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function changeMany(kind: Kind, op: Step['op'], place: AttributePlace, raw: unknown, before: readonly unknown[]): readonly unknown[] {
  const [after, touched] =
    place.where || place.part !== undefined ? changeSome(kind, op, place, raw, before) : changeAll(kind, op, raw, before);
  const primary = (one: unknown) => (one as Parts)['primary'] === true;
  const taken = after.some((one, at) => touched.has(at) && primary(one));
  const settled = after.map((one, at) => (taken && !touched.has(at) && primary(one) ? { ...(one as Parts), primary: false } : one));
  if (settled.filter(primary).length > 1) refuse('invalidValue');
  // RFC 7643 §2.4: no duplicates. A list that was given as a whole already has none.
  return place.where || place.part !== undefined
    ? settled.filter((one, at) => !settled.slice(0, at).some((other) => same(other, one)))
    : settled;
}

type Changed = readonly [after: readonly unknown[], touched: ReadonlySet<number>];

function changeAll(kind: Kind, op: Step['op'], raw: unknown, before: readonly unknown[]): Changed {
  if (op === 'remove') {
    if (raw === undefined || raw === null) return [[], new Set()];
    const listed = (Array.isArray(raw) ? raw : [raw]).map((one) => readOne(kind, one)).filter((one) => one !== undefined);
    return [before.filter((one) => !listed.some((other) => isListed(one, other))), new Set()];
  }
  const given = readMany(kind, raw);
  if (op === 'replace') return [given, new Set(given.keys())];
  const after = [...before];
  const touched = new Set<number>();
  for (const one of given) {
    const found = after.findIndex((other) => same(other, one) || hasSameValue(other, one));
    const at = found < 0 ? after.length : found;
    after[at] = kind.is === 'complex' ? { ...(after[at] as Parts | undefined), ...(one as Parts) } : one;
    touched.add(at);
  }
  return [after, touched];
}

function hasSameValue(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object') return false;
  const [a, b] = [one as Parts, other as Parts];
  return b['value'] !== undefined && a['value'] === b['value'] && a['type'] === b['type'];
}

/** `remove` with a value removes only the listed elements: by value and, if given, type. */
function isListed(one: unknown, listed: unknown): boolean {
  if (typeof listed !== 'object') return one === listed;
  const [a, b] = [one as Parts, listed as Parts];
  const keys = b['value'] === undefined ? Object.keys(b) : ['value', ...('type' in b ? ['type'] : [])];
  return keys.every((key) => a[key] === b[key]);
}

function changeSome(kind: Kind, op: Step['op'], place: AttributePlace, raw: unknown, before: readonly unknown[]): Changed {
  const chosen = before.map((one) => matches(one, place));
  const clears = op === 'remove' || isEmpty(raw);
  if (clears && place.part === undefined) return [before.filter((_, at) => !chosen[at]), new Set()];
  if (kind.is !== 'complex') {
    const value = readOne(kind, raw);
    if (value === undefined) return [before, new Set()];
    const after = chosen.includes(true) ? before.map((one, at) => (chosen[at] ? value : one)) : [...before, value];
    return [[...new Set(after)], new Set()];
  }
  const parts = readParts(kind, place.part === undefined ? raw : { [place.part]: clears ? undefined : raw });
  const says = Object.values(parts).some((part) => part !== undefined);
  if (!chosen.includes(true)) {
    if (!says) return [before, new Set()];
    const made = withoutEmpty({ ...(place.where ? (seed(kind, place) ?? refuse('noTarget')) : {}), ...parts });
    return [[...before, made], new Set([before.length])];
  }
  const whole = op === 'replace' && place.part === undefined;
  const after: unknown[] = [];
  const touched = new Set<number>();
  for (const [at, one] of before.entries()) {
    if (!chosen[at]) after.push(one);
    else {
      const next = withoutEmpty({ ...(whole ? seed(kind, place) : (one as Parts)), ...parts });
      const hollow = !next || Object.keys(next).every((key) => key === 'type' || key === 'primary');
      // An element with only a type left, because its value was removed, is removed.
      if (!next || (hollow && !says && !same(next, one))) continue;
      touched.add(after.push(next) - 1);
    }
  }
  return [after, touched];
}

function matches(one: unknown, { where, joined = 'and' }: AttributePlace): boolean {
  if (!where) return true;
  const holds = ({ part, operator, value }: Term): boolean => {
    const actual = typeof one === 'object' ? (one as Parts)[part] : one;
    if (operator === 'pr') return actual !== undefined;
    const [a, b] = [fold(actual), fold(value)];
    if (operator === 'sw') return a?.startsWith(b ?? '') ?? false;
    return operator === 'eq' ? a === b : a !== b;
  };
  return joined === 'and' ? where.every(holds) : where.some(holds);
}

/** `primary eq "True"` is `primary eq true`; texts are compared without case. */
function fold(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'boolean' ? String(value).toLowerCase() : undefined;
}

/** Instead of noTarget: a filter with only `eq` creates the element (Entra relies on it). */
function seed(kind: Kind, { where = [], joined }: AttributePlace): Parts | undefined {
  if (joined === 'or' || where.some(({ operator }) => operator !== 'eq')) return undefined;
  return readParts(kind, Object.fromEntries(where.map(({ part, value }) => [part, value])));
}

function isEmpty(raw: unknown): boolean {
  return raw === undefined || raw === null || raw === '' || (Array.isArray(raw) && raw.length === 0);
}

function unwrap(raw: unknown): unknown {
  return Array.isArray(raw) && raw.length === 1 ? raw[0] : raw;
}

function readMany(kind: Kind, raw: unknown): readonly unknown[] {
  if (isEmpty(raw)) return [];
  const read = (Array.isArray(raw) ? raw : [raw]).map((one) => readOne(kind, one)).filter((one) => one !== undefined);
  const once = read.filter((one, at) => !read.slice(0, at).some((other) => same(other, one)));
  if (once.filter((one) => (one as Parts)['primary'] === true).length > 1) refuse('invalidValue');
  return once;
}

function readOne(kind: Kind, wrapped: unknown): unknown {
  const raw = unwrap(wrapped);
  if (isEmpty(raw)) return undefined;
  switch (kind.is) {
    case 'complex':
      return withoutEmpty(readParts(kind, raw));
    case 'text':
      return typeof raw === 'string' ? raw : refuse('invalidValue');
    case 'boolean':
      if (typeof raw === 'boolean') return raw;
      if (typeof raw === 'string' && /^(true|false)$/i.test(raw)) return /^true$/i.test(raw);
      return refuse('invalidValue');
    case 'integer':
      if (typeof raw === 'string' && /^-?\d{1,15}$/.test(raw)) return Number(raw);
      return typeof raw === 'number' && Number.isInteger(raw) ? raw : refuse('invalidValue');
  }
}

/** The sub-attributes of an object; empty ones are undefined. A text stands for its `value`. */
function readParts({ parts = {} }: Kind, raw: unknown): Parts {
  const given = typeof raw === 'string' && parts['value'] ? { value: raw } : raw;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return refuse('invalidValue');
  const known = Object.keys(parts);
  const found = Object.entries(given).flatMap(([key, value]): [string, unknown][] => {
    const name = known.find((one) => one.toLowerCase() === key.toLowerCase());
    const kind = name === undefined ? undefined : parts[name];
    return name === undefined || kind === undefined || kind.rule === 'readOnly' ? [] : [[name, readOne(kind, value)]];
  });
  return Object.fromEntries(found);
}

function same(a: unknown, b: unknown): boolean {
  const sorted = (one: unknown) => JSON.stringify(one, (_, value: unknown) => (isPlain(value) ? inOrder(value) : value));
  return sorted(a) === sorted(b);
}

function inOrder(value: Parts): Parts {
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((key) => [key, value[key]]),
  );
}

function isPlain(value: unknown): value is Parts {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(name: string): Kind {
  const kind = kinds[name];
  if (!kind) throw new Error(`the oracle knows no ${name}`);
  return kind;
}
