import type { Chance } from '../chance.ts';

/** The parts of a JSON Schema from which values are generated. */
export interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema | readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Typical texts of a setting with this name: valid texts, and some that are almost valid. */
export type Usual = Readonly<Record<string, readonly string[]>>;

/** Names of Object.prototype, and other keys that can crash parsers of settings. */
const oddNames = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'then', 'length', '', ' ', '\u0000', 'a.b', '[0]', '"', '0', 'ß', '\u202e', '\ud83d\ude00', 'x'.repeat(3_000)]; // prettier-ignore

const garbage: readonly unknown[] = [null, true, false, 0, -1, -0, 1.5, 1e21, 9_007_199_254_740_992, Number.MAX_VALUE, '', ' ', 'NaN', '.nan', '.inf', 'True', '\u0000', '\u202e', '\ud800', '__proto__', 'constructor', '${env:NO_SUCH}', '${file:/no/such}', '${', 'x'.repeat(5_000), '{'.repeat(3_000), '('.repeat(2_000), '99999999999999999999999d', [], {}, [[]], [null], [{}], { value: null }, JSON.parse('{"__proto__":{"x":1}}')]; // prettier-ignore

/** A value for a schema: mostly valid, sometimes almost valid, occasionally garbage (with the probability `wild`, 0 to 1). */
export function generate(schema: JsonSchema, usual: Usual, chance: Chance, wild: number, name = '', depth = 0): unknown {
  if (chance.in(wild)) return structuredClone(chance.of(garbage));
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return chance.of(schema.enum);
  const forms = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (forms !== undefined) return generate(chance.of(forms), usual, chance, wild, name, depth);
  switch (schema.type) {
    case 'object':
      return generateMap(schema, usual, chance, wild, name, depth);
    case 'array': {
      const item = Array.isArray(schema.items) ? schema.items[0] : schema.items;
      return Array.from({ length: chance.below(4) }, () => generate(asSchema(item), usual, chance, wild, name, depth + 1));
    }
    case 'integer':
    case 'number': {
      const least = Math.max(schema.minimum ?? 0, -1_000);
      return least + chance.below(Math.min((schema.maximum ?? 100) - least, 1_000) + 1);
    }
    case 'boolean':
      return chance.in(0.5);
    case 'string':
      return textFor(name, usual, chance);
    default:
      return depth > 4 ? null : chance.of<unknown>(['text', 7, true, null, ['a'], { a: 'b' }]);
  }
}

/** A typical text for this name, or, in one of ten cases, for another name. */
export function textFor(name: string, usual: Usual, chance: Chance): string {
  const own = Object.hasOwn(usual, name) ? (usual[name] ?? []) : [];
  return own.length > 0 && chance.in(0.9) ? chance.of(own) : chance.of(Object.values(usual).flat());
}

function generateMap(schema: JsonSchema, usual: Usual, chance: Chance, wild: number, name: string, depth: number): unknown {
  const map: Record<string, unknown> = {};
  const set = (key: string, value: unknown) =>
    void Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
  for (const [key, inner] of Object.entries(schema.properties ?? {})) {
    const needed = schema.required?.includes(key) === true;
    if (needed ? !chance.in(wild / 2) : chance.in(depth > 3 ? 0.2 : 0.5)) set(key, generate(inner, usual, chance, wild, key, depth + 1));
  }
  const more = schema.additionalProperties;
  if (typeof more === 'object') {
    for (let left = chance.below(4); left > 0; left -= 1) {
      const key = chance.in(wild) ? chance.of(oddNames) : textFor(`${name} keys`, usual, chance);
      set(key, generate(more, usual, chance, wild, name, depth + 1));
    }
  }
  if (chance.in(wild)) set(chance.of(oddNames), structuredClone(chance.of(garbage)));
  return map;
}

function asSchema(schema: JsonSchema | readonly JsonSchema[] | undefined): JsonSchema {
  return schema === undefined || Array.isArray(schema) ? {} : (schema as JsonSchema);
}
