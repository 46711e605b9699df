/** The part of a JSON Schema (draft 7) that tables are made from. */
export interface Schema {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

/** One setting: its path in the file, such as `sources.NAME.quiet`, and its schema. */
export interface Setting {
  readonly path: string;
  readonly schema: Schema;
  readonly required: boolean;
}

/** All settings of a map in the order of the schema, maps before what is in them. Lists and alternatives are not opened. */
export function listSettings(schema: Schema, prefix = ''): readonly Setting[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => {
    const path = `${prefix}${key}`;
    const named = inner.additionalProperties;
    const entries = typeof named === 'object' && named.properties !== undefined ? listSettings(named, `${path}.NAME.`) : [];
    const required = schema.required?.includes(key) === true;
    return [{ path, schema: inner, required }, ...listSettings(inner, `${path}.`), ...entries];
  });
}

/** A Markdown table of settings: key, type, default, meaning. */
export function renderSettings(settings: readonly Setting[]): string {
  const rows = settings.map(({ path, schema, required }) => [
    `\`${path}\``,
    describeType(schema),
    required ? 'required' : describeDefault(schema.default),
    schema.description ?? '',
  ]);
  return [['Key', 'Type', 'Default', 'Meaning'], ['---', '---', '---', '---'], ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

/** What may be written there, in a few words: `duration`, `` `full` or `delta` ``, `list of text`. */
export function describeType(schema: Schema): string {
  const { title, type, items, anyOf } = schema;
  if (title !== undefined) return title;
  const values = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (values !== undefined) return joinWords(values.map((value) => `\`${showValue(value)}\``));
  if (anyOf !== undefined) return joinWords([...new Set(anyOf.map(describeType))]);
  if (type === 'array') return `list of ${describeItems(items)}`;
  if (type === 'integer' || type === 'number') return describeRange(schema);
  return joinWords([type ?? 'object'].flat().map((word) => typeWords[word] ?? word));
}

function describeItems(items: Schema | undefined): string {
  if (items === undefined) return 'anything';
  return items.anyOf === undefined ? describeType(items) : `(${describeType(items)})`;
}

const typeWords: Readonly<Record<string, string>> = { string: 'text', boolean: '`true` or `false`', object: 'map' };

/** The largest number that JSON Schema gives for "no limit". */
const noMaximum = Number.MAX_SAFE_INTEGER;

function describeRange({ minimum, maximum }: Schema): string {
  if (minimum === undefined) return 'number';
  const from = minimum.toLocaleString('en');
  return maximum === undefined || maximum === noMaximum ? `number from ${from}` : `number from ${from} to ${maximum.toLocaleString('en')}`;
}

/** A default as it is written in YAML; empty for none, and for a map, whose keys have rows of their own. */
function describeDefault(value: unknown): string {
  if (Array.isArray(value)) return `\`[${value.map(showValue).join(', ')}]\``;
  const isMap = typeof value === 'object' && value !== null;
  return value === undefined || isMap ? '' : `\`${showValue(value)}\``;
}

function showValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function joinWords(words: readonly string[]): string {
  return [words.slice(0, -1).join(', '), words.at(-1) ?? ''].filter((part) => part !== '').join(' or ');
}

const marked = /^(<!-- settings: ([\w ]+) -->\n)[\s\S]*?^(<!-- end of settings -->)$/gm;

/**
 * A page with its tables replaced: each stands between `<!-- settings: NAME -->` and `<!-- end of settings -->`.
 * @throws {Error} when the page lacks a table, or has one that `tables` does not.
 */
export function fillTables(page: string, tables: Readonly<Record<string, string>>): string {
  const names = [...page.matchAll(marked)].map(([, , name = '']) => name);
  const missing = Object.keys(tables).filter((name) => !names.includes(name));
  const unknown = names.filter((name) => !Object.hasOwn(tables, name));
  if (missing.length > 0 || unknown.length > 0) {
    throw new Error(`tables missing from the page: ${missing.join(', ') || 'none'}; unknown tables: ${unknown.join(', ') || 'none'}`);
  }
  return page.replaceAll(marked, (_, begin: string, name: string, end: string) => `${begin}\n${tables[name] ?? ''}\n\n${end}`);
}
