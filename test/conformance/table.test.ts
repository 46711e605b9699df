import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { books } from './chapter-groups.ts';
import { rows } from './prove-requirements.ts';
import { renderTable } from './table.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const page = fileURLToPath(new URL('../../docs/scim.md', import.meta.url));

describe('docs/scim.md', () => {
  it('has exactly the rows that the tests prove, in the same words (npm run conformance writes it)', async () => {
    const expected = await format(renderTable(rows), { ...(await resolveConfig(page)), parser: 'markdown' });
    const [there, due] = [readFileSync(page, 'utf8').split('\n'), expected.split('\n')];
    expect({ missing: due.filter((line) => !there.includes(line)), tooMuch: there.filter((line) => !due.includes(line)) }).toEqual({
      missing: [],
      tooMuch: [],
    });
    expect(there).toEqual(due);
  });

  it('is proven completely: each book has a test file with all its chapters', () => {
    for (const book of Object.keys(books)) {
      const path = join(here, `${book}.test.ts`);
      expect(existsSync(path) && readFileSync(path, 'utf8')).toBe(
        `import { proveBook } from './prove-requirements.ts';\n\nproveBook('${book}');\n`,
      );
    }
  });

  it('has each requirement once, as one sentence without a full stop', () => {
    const texts = rows.map(({ section, text }) => `${section} ${text}`);
    expect(texts.filter((text, at) => texts.indexOf(text) !== at)).toEqual([]);
    expect(texts.filter((text) => /\.$|\n/.test(text))).toEqual([]);
  });

  it('shows every kind of result of a requirement', () => {
    const [row] = rows;
    if (!row) throw new Error('there are no rows');
    const shown = renderTable([
      { ...row, text: 'a | b', stance: { is: 'holds' } },
      { ...row, stance: { is: 'differs', instead: 'we do c' } },
      { ...row, file: 'other', title: 'Other things', stance: { is: 'not offered', instead: 'a 404' } },
    ]);
    expect(shown).toContain('3 requirements: 1 met, 1 different on purpose, 1 not supported.');
    expect(shown).toContain('| a \\| b | met |');
    expect(shown).toContain('| **differs**: we do c |');
    expect(shown).toContain('| **not supported**: a 404 |');
    expect(shown).toContain('[Other things](#other-things)');
    expect(shown).toContain('(../test/conformance/chapters/other.ts)');
    const exceptions = shown.slice(shown.indexOf('## What differs'), shown.indexOf(`## ${row.title}`));
    expect(exceptions.split('\n').filter((line) => line.startsWith('- '))).toEqual([
      `- [${row.section}](#attributes), ${row.text}: **we do c**`,
      `- [${row.section}](#other-things), ${row.text}: **a 404**`,
    ]);
  });
});
