import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readFiles, root } from './source-files.ts';

/** The names of tests in the table of threats: the last cell of a row, as code. */
function readNames(): readonly string[] {
  const [, section = ''] = readFileSync(join(root, 'docs/security.md'), 'utf8').split('## Threats');
  const [table = ''] = section.split('\n## ');
  return [...table.matchAll(/^\|[^|]+\| `([^`]+)`\s*\|$/gm)].map(([, name = '']) => name);
}

it('every test that the table of threats names in docs/security.md exists', () => {
  const names = readNames();
  expect(names.length).toBeGreaterThanOrEqual(20);
  const tests = readFiles('test', '.test.ts')
    .filter(({ path }) => !path.endsWith('threats.test.ts'))
    .map(({ text }) => text)
    .join('\n');
  expect(names.filter((name) => !tests.includes(name))).toEqual([]);
});
