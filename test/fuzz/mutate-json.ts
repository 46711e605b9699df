import type { Chance } from './chance.ts';
import { mutateText } from './mutate-text.ts';

/** Raw JSON text, well-formed or not. */
class Raw {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Node = unknown;
type Holder = Record<string, Node> | Node[];

const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'then', 'toJSON', 'length', '', ' ', '\u0000', '$ref', 'id', 'meta', 'schemas', 'members', 'groups', 'manager', 'password', 'emails', 'active', 'Operations', 'path', 'value', 'op', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User', 'urn:x:y', 'ACTIVE', 'username']; // prettier-ignore

const values: readonly Node[] = [null, true, false, 0, -1, 1.5, 1e21, '', ' ', 'True', 'false', 'x', '\u0000', '\u202e', 'ß', '__proto__', [], {}, [[]], [null], [{}], { value: null }, [{ value: 'x' }, { value: 'x' }], [{ primary: true }, { primary: true }], { __proto__: null }]; // prettier-ignore

const raws = ['1e400', '-1e400', '-0', '9007199254740993', '123456789012345678901234567890', '1E-400', '"\\ud800"', '"\\udc00\\ud800"', '"\\u0000"', '{"__proto__":{"admin":true}}', '{"constructor":{"prototype":{"x":1}}}', '{"value":"a","value":"b"}', '{"op":"add","op":"remove"}', 'NaN', 'undefined', "'x'", '01', '+1', '.5', '"\t"', '[1,]', '{,}', '"\\x"', '/**/1', '\ufeff1']; // prettier-ignore

/** A JSON text of this value with one to four mutations: types, names, positions, sizes, and sometimes the syntax. */
export function mutateJson(value: unknown, chance: Chance): string {
  const root = { body: structuredClone(value) };
  for (let times = 1 + chance.below(4); times > 0; times -= 1) mutateOnce(root, chance);
  const text = write(root.body);
  return chance.in(0.04) ? mutateText(text, chance) : text;
}

function mutateOnce(root: { body: unknown }, chance: Chance): void {
  if (!Object.hasOwn(root, 'body')) root.body = {};
  const places = placesOf(root);
  const { holder, key } = chance.of(places);
  const now = Reflect.get(holder, key) as Node;
  const set = (next: Node) =>
    void Object.defineProperty(holder, key, { value: next, writable: true, enumerable: true, configurable: true });
  switch (
    chance.weighted({ value: 5, text: 6, raw: 1.5, remove: 3, rename: 2, add: 2, wrap: 1.5, repeat: 1.2, swap: 2, deep: 0.4, many: 0.3 })
  ) {
    case 'value':
      return set(structuredClone(chance.of(values)));
    case 'text':
      return set(typeof now === 'string' ? mutateText(now, chance) : write(now).slice(0, 1000));
    case 'raw':
      return set(new Raw(chance.of(raws)));
    case 'remove':
      return remove(holder, key);
    case 'rename':
      remove(holder, key);
      return add(holder, chance.in(0.5) ? chance.of(names) : mutateText(key, chance), now);
    case 'add':
      return add(isHolder(now) ? now : holder, chance.of(names), structuredClone(chance.of(values)));
    case 'wrap':
      return set(chance.in(0.5) ? [now] : { [chance.of(names)]: now });
    case 'repeat':
      return set(repeat(now, 2 + chance.below(20)));
    case 'swap':
      return set(structuredCopy(valueAt(chance.of(places))));
    case 'deep':
      return set(new Raw(deep(chance)));
    case 'many':
      return set(
        chance.in(0.5)
          ? repeat(now, 200 + chance.below(3000))
          : Array.from({ length: 200 + chance.below(3000) }, (_, index) => ({ value: `v${index}` })),
      );
  }
}

/** A list with this number of copies, limited to the size of a large body. */
function repeat(value: Node, count: number): Raw {
  const text = write(value);
  const most = Math.max(1, Math.floor(500_000 / text.length));
  return new Raw(`[${Array.from({ length: Math.min(count, most) }, () => text).join(',')}]`);
}

function deep(chance: Chance): string {
  const depth = 10 + chance.below(chance.in(0.2) ? 20_000 : 60);
  return chance.in(0.5) ? '['.repeat(depth) + ']'.repeat(depth) : `${'{"value":'.repeat(depth)}1${'}'.repeat(depth)}`;
}

interface Place {
  readonly holder: Holder;
  readonly key: string;
}

/** All nodes of a tree, including the root; for a large tree, the first few thousand. */
function placesOf(root: Holder): readonly Place[] {
  const places: Place[] = [];
  const waiting: Holder[] = [root];
  for (let holder = waiting.pop(); holder !== undefined && places.length < 5000; holder = waiting.pop()) {
    for (const key of Object.keys(holder)) {
      places.push({ holder, key });
      const value = Reflect.get(holder, key) as Node;
      if (isHolder(value)) waiting.push(value);
    }
  }
  return places;
}

function valueAt({ holder, key }: Place): Node {
  return Reflect.get(holder, key) as Node;
}

/** Copies through text, and truncates: a tree within itself would double its size with each mutation. */
function structuredCopy(value: Node): Node {
  const text = write(value);
  return new Raw(text.length > 20_000 ? '"cut"' : text);
}

function isHolder(value: Node): value is Holder {
  return typeof value === 'object' && value !== null && !(value instanceof Raw);
}

function remove(holder: Holder, key: string): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else Reflect.deleteProperty(holder, key);
}

function add(holder: Holder, key: string, value: Node): void {
  if (Array.isArray(holder)) holder.push(value);
  else Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
}

function write(value: Node): string {
  if (value instanceof Raw) return value.text;
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  return `{${Object.keys(value)
    .map((key) => `${JSON.stringify(key)}:${write(Reflect.get(value, key))}`)
    .join(',')}}`;
}
