import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findStale, renderGeneratedFiles } from '../../scripts/generated-files.ts';
import { describeType, fillTables, listSettings, renderSettings, type Schema } from '../../scripts/settings-table.ts';
import { drivers } from '../../src/outbound/drivers/registry.ts';
import { root } from './source-files.ts';

const folders: string[] = [];

/** A copy of the files that the generator reads and writes. */
function copyRoot(): string {
  const copy = mkdtempSync(join(tmpdir(), 'vestibule-generated-'));
  folders.push(copy);
  for (const path of ['schemas', 'docs/configuration.md', '.prettierrc.json']) {
    mkdirSync(join(copy, 'docs'), { recursive: true });
    cpSync(join(root, path), join(copy, path), { recursive: true });
  }
  return copy;
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe('the files that npm run schemas writes', () => {
  it('are up to date', async () => {
    expect(findStale(root, await renderGeneratedFiles(root))).toEqual([]);
  });

  it('are out of date when a table is edited by hand, and when a file is missing', async () => {
    const copy = copyRoot();
    const page = join(copy, 'docs/configuration.md');
    const text = readFileSync(page, 'utf8');
    expect(text).toContain('`delivery.settle`');
    writeFileSync(page, text.replace('`delivery.settle`', '`delivery.settled`'));
    rmSync(join(copy, 'schemas/target.schema.json'));
    const files = await renderGeneratedFiles(copy);
    expect(findStale(copy, files)).toEqual(['schemas/target.schema.json', 'docs/configuration.md']);
    expect(files.find(({ path }) => path === 'docs/configuration.md')?.text).toBe(text);
  });

  it('keep the text around the tables unchanged', async () => {
    const copy = copyRoot();
    const page = join(copy, 'docs/configuration.md');
    writeFileSync(page, `${readFileSync(page, 'utf8')}\nA new sentence.\n`);
    expect(findStale(copy, await renderGeneratedFiles(copy))).toEqual([]);
  });
});

describe('the schemas for editors', () => {
  const read = (name: string) => JSON.parse(readFileSync(join(root, 'schemas', `${name}.schema.json`), 'utf8')) as EditorSchema;
  const settingsOf = (driver: string) =>
    read('connector').anyOf?.find(({ properties }) => properties?.['driver']?.const === driver)?.properties?.['settings'];

  it.each([...drivers])('complete every setting of the driver %s, in a connector and in a target', (name, { settings }) => {
    const keys = Object.keys((z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' }) as EditorSchema).properties ?? {});
    expect(keys.length).toBeGreaterThan(0);
    expect(Object.keys(settingsOf(name)?.properties ?? {})).toEqual(keys);
    expect(Object.keys(read('target').properties?.['settings']?.properties ?? {})).toEqual(expect.arrayContaining(keys));
  });

  it('explain a setting of a driver, and do not require a key that the other file can contain', () => {
    const drop = read('target').properties?.['settings']?.properties?.['drop'];
    expect(drop?.properties?.['folder']?.description).toContain('Folder from which the product');
    expect(JSON.stringify(drop)).not.toMatch(/"required"|"pattern"|"format"/);
  });

  it('accept names of a site under settings, because a connector may need them', () => {
    expect(read('target').properties?.['settings']?.additionalProperties).not.toBe(false);
  });
});

/** The parts of a JSON Schema that these tests read. */
interface EditorSchema {
  readonly properties?: Readonly<Record<string, EditorSchema>>;
  readonly additionalProperties?: unknown;
  readonly anyOf?: readonly EditorSchema[];
  readonly const?: string;
  readonly description?: string;
}

describe('a table of settings', () => {
  const schema: Schema = {
    type: 'object',
    properties: {
      pace: {
        type: 'object',
        default: {},
        description: 'Pace.',
        properties: { wait: { title: 'duration', type: 'string', default: '2s', description: 'A | B.' } },
      },
      sources: {
        type: 'object',
        additionalProperties: { type: 'object', required: ['id'], properties: { id: { type: 'string', description: 'Id.' } } },
      },
    },
    required: ['sources'],
  };

  it('lists the settings in maps, including maps with names of the site', () => {
    expect(listSettings(schema).map(({ path, required }) => [path, required])).toEqual([
      ['pace', false],
      ['pace.wait', false],
      ['sources', true],
      ['sources.NAME.id', true],
    ]);
  });

  it('shows type, default and meaning', () => {
    expect(renderSettings(listSettings(schema)).split('\n')).toEqual([
      '| Key | Type | Default | Meaning |',
      '| --- | --- | --- | --- |',
      '| `pace` | map |  | Pace. |',
      '| `pace.wait` | duration | `2s` | A \\| B. |',
      '| `sources` | map | required |  |',
      '| `sources.NAME.id` | text | required | Id. |',
    ]);
  });

  it.each<readonly [Schema, string]>([
    [{ type: 'string' }, 'text'],
    [{ type: 'string', title: 'share' }, 'share'],
    [{ type: 'boolean' }, '`true` or `false`'],
    [{ type: 'string', enum: ['a', 'b', 'c'] }, '`a`, `b` or `c`'],
    [{ const: 'only' }, '`only`'],
    [{ type: 'integer', minimum: 1, maximum: 10_000 }, 'number from 1 to 10,000'],
    [{ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER }, 'number from 0'],
    [{ type: 'number' }, 'number'],
    [{ type: 'array', items: { type: 'string' } }, 'list of text'],
    [
      { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] } },
      'list of (text or list of text)',
    ],
    [{ type: 'array' }, 'list of anything'],
    [{ type: ['string', 'number'] }, 'text or number'],
    [{}, 'map'],
  ])('describes %j as %s', (one, words) => {
    expect(describeType(one)).toBe(words);
  });
});

describe('a page with tables', () => {
  const page = 'Before.\n\n<!-- settings: one -->\n\nold\n\n<!-- end of settings -->\n\nAfter.\n';

  it('gets the new table between its markers', () => {
    expect(fillTables(page, { one: 'new' })).toBe('Before.\n\n<!-- settings: one -->\n\nnew\n\n<!-- end of settings -->\n\nAfter.\n');
  });

  it.each([
    [{}, 'unknown tables: one'],
    [{ one: 'x', two: 'y' }, 'missing from the page: two'],
  ])('is refused when its tables are not the expected ones: %j', (tables, message) => {
    expect(() => fillTables(page, tables)).toThrow(message);
  });
});
