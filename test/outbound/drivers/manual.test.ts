import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { drivers } from '../../../src/outbound/drivers/registry.ts';

const manual = readFileSync(new URL('../../../docs/targets.md', import.meta.url), 'utf8');

/** The section of the manual about each Driver. */
const headings: Readonly<Record<string, string>> = {
  csv: '## Whole files: csv',
  rest: '## An HTTP API: rest',
  script: '## A script',
  scim: '## Outbound SCIM',
};

function sectionOf(name: string): string {
  const from = manual.indexOf(headings[name] ?? 'no such heading');
  return from < 0 ? '' : manual.slice(from, manual.indexOf('\n## ', from + 1));
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly description?: string;
}

/** The settings that each Driver requires, and no others. */
const required: Readonly<Record<string, object>> = {
  csv: { header: ['A'], drop: { folder: '/drops/a' } },
  rest: { url: 'https://a.example' },
  script: { command: ['a'] },
  scim: { url: 'https://a.example' },
};

/** A default in the format of the manual: as code, with durations in the largest possible unit. */
function showDefault(key: string, value: unknown): string {
  const isDuration = ['timeout', 'visibleAfter'].includes(key);
  return isDuration ? `\`${Number(value) / 1000}s\`` : String(value);
}

/** The cell with the default of a setting, in the table of a Driver. */
function defaultCell(name: string, key: string): string | undefined {
  const row = sectionOf(name)
    .split('\n')
    .find((line) => line.startsWith('|') && line.split('|')[1]?.includes(`\`${key}\``));
  return row?.split('|')[2]?.trim();
}

describe.each([...drivers.keys()])('the manual page of %s', (name) => {
  const { properties = {} } = drivers.get(name)!.settings.toJSONSchema({ io: 'input', unrepresentable: 'any' }) as Schema;

  it('lists every setting', () => {
    expect(Object.keys(properties).filter((key) => !sectionOf(name).includes(`\`${key}\``))).toEqual([]);
  });

  it('has the default of every setting with one', () => {
    const given = required[name] ?? {};
    const defaults = Object.entries(drivers.get(name)!.settings.parse(given) as object).filter(
      ([key, value]) => !(key in given) && ['string', 'number', 'boolean'].includes(typeof value),
    );
    const wrong = defaults.flatMap(([key, value]) => {
      const cell = defaultCell(name, key);
      return cell === undefined || cell.includes(showDefault(key, value)) ? [] : [`${key}: ${cell}`];
    });
    expect(wrong).toEqual([]);
  });
});
