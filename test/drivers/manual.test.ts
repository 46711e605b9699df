import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { drivers } from '../../src/drivers/registry.ts';

const manual = readFileSync(new URL('../../docs/targets.md', import.meta.url), 'utf8');

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

describe.each([...drivers.keys()])('the manual page of %s', (name) => {
  const { properties = {} } = drivers.get(name)!.settings.toJSONSchema({ io: 'input', unrepresentable: 'any' }) as Schema;

  it('lists every setting', () => {
    expect(Object.keys(properties).filter((key) => !sectionOf(name).includes(`\`${key}\``))).toEqual([]);
  });
});
