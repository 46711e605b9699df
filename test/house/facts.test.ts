import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readFragments } from './documents.ts';
import { findBareSections, findLooseLabels, findOutside, hasEvidence, readFacts, readMentions } from './facts.ts';
import { readFiles, root, type TextFile } from './source-files.ts';

const pages = ['docs/entra-facts.md', 'docs/platform-facts.md'];
const folders = ['bin', 'schemas', 'src', 'test', 'bench', 'scripts', 'docs', 'connectors', 'config', 'deploy', '.ci'];
const top = ['README.md', 'CHANGELOG.md', 'Dockerfile', 'compose.yaml'];

const read = (path: string): TextFile => ({ path, text: readFileSync(join(root, path), 'utf8') });
/** All texts of the repository, except examples for the house tests. */
const files: readonly TextFile[] = [
  ...top.map(read),
  ...folders.filter((folder) => existsSync(join(root, folder))).flatMap((folder) => readFiles(folder, '')),
].filter(({ path }) => !/^test\/house\/(?:facts|docs\.test)/.test(path));

const perFile = (find: (file: TextFile) => readonly string[]) =>
  files.flatMap((file) => find(file).map((found) => `${file.path}: ${found}`));

describe('the repository', () => {
  it('refers only to pages and headings of the manual that exist', () => {
    const fragments = new Map(readFiles('docs', '.md').map((file) => [file.path, readFragments(file)] as const));
    expect(
      perFile((file) =>
        readMentions(file).flatMap(({ path, fragment }) =>
          fragments.get(path) !== undefined && (fragment === '' || fragments.get(path)?.has(fragment)) ? [] : [`${path}#${fragment}`],
        ),
      ),
    ).toEqual([]);
  });

  it('names no source outside the repository', () => {
    const known = new Set(files.map(({ path }) => basename(path)));
    expect(perFile((file) => findOutside(file, known))).toEqual([]);
  });

  it('names the standard of each section sign', () => {
    expect(perFile(findBareSections)).toEqual([]);
  });
});

describe.each(pages)('the page of facts %s', (path) => {
  const page = read(path);
  const facts = readFacts(page);

  it('has facts, each with its evidence', () => {
    expect(facts.length).toBeGreaterThan(5);
    expect(facts.filter((fact) => !hasEvidence(fact)).map(({ fragment }) => fragment)).toEqual([]);
  });

  it('has a definition for each source that it names, and no other definitions', () => {
    expect(findLooseLabels(page)).toEqual([]);
  });

  it('contains only facts that code, tests or other pages refer to', () => {
    const name = basename(path);
    const relied = files.filter((file) => file.path !== path).map(({ text }) => text);
    const isReliedOn = (fragment: string) => relied.some((text) => new RegExp(`${name}#${fragment}(?![\\w-])`).test(text));
    expect(facts.map(({ fragment }) => fragment).filter((fragment) => !isReliedOn(fragment))).toEqual([]);
  });
});

describe('the parser of facts', () => {
  it('reads headings of the third level up to the next heading or the list of sources', () => {
    const text = '# Page\n\n## Part\n\n### One fact\n\nSo.\n\nDocumented: [a][a].\n\n### Other\n\nNo evidence.\n\n[a]: https://a.example\n';
    const facts = readFacts({ text });
    expect(facts).toEqual([
      { fragment: 'one-fact', text: 'So.\n\nDocumented: [a][a].' },
      { fragment: 'other', text: 'No evidence.' },
    ]);
    expect(facts.map(hasEvidence)).toEqual([true, false]);
  });

  it('finds sources that are used but not defined, and the reverse', () => {
    expect(findLooseLabels({ text: '[a][one], [b][two]\n\n[one]: https://a.example\n[three]: https://b.example\n' })).toEqual([
      'three',
      'two',
    ]);
  });

  it('finds references to pages', () => {
    expect(readMentions({ text: 'See docs/a-b.md#c-d and `docs/e.md`.' })).toEqual([
      { path: 'docs/a-b.md', fragment: 'c-d' },
      { path: 'docs/e.md', fragment: '' },
    ]);
  });
});

describe('the search for sources outside the repository', () => {
  const known = new Set(['known.md']);
  // Split, because this file is also searched.
  const outside = ['', 'work', 'x'].join('/');
  const aFile = (text: string): TextFile => ({ path: 'src/x.ts', text });

  it.each([
    ['// see the fact sheet §2.2', ['fact sheet']],
    ['// DESIGN section 3', ['DESIGN section']],
    ['// notes/other.md', []],
    ['// as unknown.md says', ['unknown.md']],
    [`// ${outside}`, [outside]],
  ])('finds in %j: %j', (text, found) => {
    expect(findOutside(aFile(text), known)).toEqual(found);
  });

  it.each([['// known.md'], ["writeFiles({ 'made-up.md': '' })"], [`https://x.example${outside}`], ['the design section']])(
    'allows %j',
    (text) => {
      expect(findOutside(aFile(text), known)).toEqual([]);
    },
  );

  it('finds section signs without a standard', () => {
    expect(findBareSections(aFile('// §2.1; RFC 7644 §3.2 and §3.3; XML Schema part 2 §3.2.7.1'))).toEqual(['§2.1']);
  });
});
