import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readFiles, root } from './source-files.ts';

/**
 * The names of tests in the table of threats: the last cell of a row, as code, in the form `describe > it`; a final `…` means the rest of
 * the title.
 */
function readNames(): readonly string[] {
  const [, section = ''] = readFileSync(join(root, 'docs/security.md'), 'utf8').split('## Threats');
  const [table = ''] = section.split('\n## ');
  return [...table.matchAll(/^\|[^|]+\| `([^`]+)`\s*\|$/gm)].map(([, name = '']) => name);
}

it('every test that the table of threats names in docs/security.md exists', () => {
  const names = readNames();
  expect(names.length).toBeGreaterThanOrEqual(20);
  const tests = readFiles('test', '.test.ts').filter(({ path }) => !path.endsWith('threats.test.ts'));
  expect(names.filter((name) => !tests.some(({ text }) => hasTest(text, name)))).toEqual([]);
});

/** Whether a file has a test with this name: each part is the whole title of a `describe` or test, or its beginning before `…`. */
function hasTest(text: string, name: string): boolean {
  return name.split(' > ').every((title) => (title.endsWith(' …') ? text.includes(`'${title.slice(0, -2)}`) : text.includes(`'${title}'`)));
}

it('a test with another title, or only a part of one, does not count', () => {
  const text = "describe('a file', () => {\n  it('is never replaced by %s', () => {});\n});";
  const names = ['a file', 'a file > is never replaced by …', 'a file > is never', 'a folder > is never replaced by …'];
  expect(names.map((name) => hasTest(text, name))).toEqual([true, true, false, false]);
});
