import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import manifest from '../../package.json' with { type: 'json' };
import { createProgram } from '../../src/cli/program.ts';
import { quietContext } from '../cli/quiet-context.ts';
import {
  judgeCommandLine,
  readBlocks,
  readCommandLines,
  readFragments,
  readLinks,
  readNpmScripts,
  readTyped,
  type Block,
} from './documents.ts';
import { readFiles, root, type TextFile } from './source-files.ts';

const here = ['README.md', 'CHANGELOG.md'].filter((path) => existsSync(join(root, path)));
const files: readonly TextFile[] = [
  ...here.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') })),
  ...['docs', 'connectors', 'config', 'bench', 'deploy']
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readFiles(folder, '.md')),
];

const program = createProgram(quietContext, '0.0.0');

const perFile = (find: (file: TextFile) => readonly string[]) =>
  files.flatMap((file) => find(file).map((found) => `${file.path}: ${found}`));

/** What is wrong with a block that claims to be YAML or JSON, or `undefined`. JSON may be one value, or one per line. */
function judgeBlock({ language, text }: Block): string | undefined {
  try {
    if (language === 'yaml' || language === 'yml') return parseAllDocuments(text).flatMap(({ errors }) => errors)[0]?.message;
    if (language === 'json') parseJson(text);
    if (language === 'jsonl') for (const line of text.trim().split('\n')) JSON.parse(line);
    return undefined;
  } catch (error) {
    return String(error);
  }
}

function parseJson(text: string): void {
  try {
    JSON.parse(text);
  } catch {
    for (const line of text.trim().split('\n')) JSON.parse(line);
  }
}

describe('the manual', () => {
  it('names only npm scripts that exist', () => {
    const scripts = Object.keys(manifest.scripts);
    expect(perFile((file) => readNpmScripts(readTyped(file)).filter((name) => !scripts.includes(name)))).toEqual([]);
  });

  it('names only commands and options of vestibule that exist', () => {
    expect(
      perFile((file) =>
        readCommandLines(readTyped(file)).flatMap((words) => {
          const wrong = judgeCommandLine(program, words);
          return wrong === undefined ? [] : [`vestibule ${words.join(' ')}: ${wrong}`];
        }),
      ),
    ).toEqual([]);
  });

  it('links only to files and headings that exist', () => {
    expect(
      perFile((file) =>
        readLinks(file).flatMap(({ path, fragment }) => {
          const target = path === '' ? file.path : join(dirname(file.path), path);
          if (target.startsWith('..') || !existsSync(join(root, target))) return [target];
          if (fragment === '' || !target.endsWith('.md')) return [];
          return readFragments({ text: readFileSync(join(root, target), 'utf8') }).has(fragment) ? [] : [`${target}#${fragment}`];
        }),
      ),
    ).toEqual([]);
  });

  it('contains only YAML and JSON blocks that parse', () => {
    expect(
      perFile((file) =>
        readBlocks(file).flatMap((block) => {
          const wrong = judgeBlock(block);
          return wrong === undefined ? [] : [`line ${block.line}: ${wrong}`];
        }),
      ),
    ).toEqual([]);
  });
});

describe('the parser of the manual', () => {
  const typed = (text: string) => readTyped({ text });

  it('finds what a reader may type in code blocks and code spans', () => {
    const text = 'Run `npm test`, then:\n\n```sh\n./vestibule plan x \\\n  --limit 5   # look\n```\n\n```ts\nvestibule nowhere\n```\n';
    expect(typed(text)).toEqual(['./vestibule plan x --limit 5   # look', '', 'npm test']);
    expect(readNpmScripts(typed(text))).toEqual(['test']);
    expect(readCommandLines(typed(text))).toEqual([['plan', 'x', '--limit', '5']]);
  });

  it.each([
    ['`vestibule apply front-desk --replace-all`', [['apply', 'front-desk', '--replace-all']]],
    ['`docker compose exec vestibule vestibule status`', [['status']]],
    ['`docker compose exec vestibule mkdir -p /drops/front-desk`', []],
    ['`TOKEN=$(vestibule token create --label x --print)`', [['token', 'create', '--label', 'x', '--print']]],
    ['`vestibule status --json | jq .`', [['status', '--json']]],
    ['`.\\vestibule status` and `/opt/vestibule/vestibule plan x`', [['status'], ['plan', 'x']]],
    ['`data/vestibule.sock` and `vestibule.yaml`', []],
  ])('finds the command lines in %s', (text, lines) => {
    expect(readCommandLines(typed(text))).toEqual(lines);
  });

  it.each([
    [['nowhere'], 'there is no command nowhere'],
    [['token', 'make'], 'there is no command token make'],
    [['token', 'create|make'], 'there is no command token make'],
    [['plan', 'x', '--all'], 'plan has no option --all'],
    [['apply', 'TARGET', '[--replace-al]'], 'apply has no option --replace-al'],
  ])('rejects %j', (words, why) => {
    expect(judgeCommandLine(program, words)).toBe(why);
  });

  it.each([
    [['token', 'create|list|extend|revoke']],
    [['apply', 'TARGET', '[--replace-all]']],
    [['start', '--config', 'DIR', '--listen', 'HOST:PORT']],
    [['--version']],
    [['accept', 'front-desk', '17']],
  ])('accepts %j', (words) => {
    expect(judgeCommandLine(program, words)).toBeUndefined();
  });

  it('finds links and the headings that they may name', () => {
    expect(readLinks({ text: 'See [a](docs/a.md#two-words "t"), [b](#one), [c](https://x.example/), `[d](d.md)`.' })).toEqual([
      { path: 'docs/a.md', fragment: 'two-words' },
      { path: '', fragment: 'one' },
    ]);
    expect([...readFragments({ text: '# Two words\n## `plan` & apply: 3.1\n```\n# no heading\n```\n' })]).toEqual([
      'two-words',
      'plan--apply-31',
    ]);
  });

  it.each<readonly [string, string, boolean]>([
    ['yaml', 'a: 1\nb: [', false],
    ['yaml', 'a: 1\n---\nb: 2', true],
    ['json', '{"a":1}\n{"b":2}', true],
    ['json', '{a:1}', false],
    ['ts', '{a:1', true],
  ])('checks a %s block: %j', (language, text, good) => {
    expect(judgeBlock({ language, line: 1, text }) === undefined).toBe(good);
  });
});
