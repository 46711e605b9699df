import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import manifest from '../../package.json' with { type: 'json' };
import { createProgram } from '../../src/cli/program.ts';
import { compareDefinitions } from '../../src/config/compare-definitions.ts';
import { connectorFile } from '../../src/config/schemas/connector-file.ts';
import { targetFile } from '../../src/config/schemas/target-file.ts';
import { toOutcome } from '../../src/outbound/drivers/http-outcome.ts';
import { checkGuard } from '../../src/outbound/engine/guard/guard.ts';
import { quietContext } from '../cli/quiet-context.ts';
import { aDefinition } from '../mapping/definition.ts';
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

/** Describes the fault of a YAML or JSON block, or returns `undefined`. JSON may be one value, or one value per line. */
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

/** The sentences of a page of the manual or a README. Code, generated tables and quoted titles of tests are removed. */
function readProse({ text }: TextFile): string {
  return text.replaceAll(/^ *(`{3,})[\s\S]*?^ *\1[ ]*$/gm, '').replaceAll(/`[^`\n]*`/g, '``');
}

const forOperators = files.filter(
  ({ path }) => !['CHANGELOG.md', 'docs/architecture.md', 'docs/scim.md', 'bench/README.md'].includes(path) && !path.endsWith('-facts.md'),
);
const textOf = (path: string) => files.find((file) => file.path === path)?.text ?? '';

describe('the words of the manual', () => {
  it.each([
    ['a word of the domain in capital letters within a sentence', /[a-z,;)`] (?:Target|Connector|Record|Mapping|Scope|Source|Person)s?\b/g],
    ['"changes of" for "changes to"', /\b[Cc]hanges? of\b(?! a person)/g],
    ['"the log" for the log of the daemon', /\b(?:[Tt]he|[Ii]ts|into) log\b(?! of a)/g],
    ['"unclear" for "in doubt"', /\bunclear\b/g],
    ['a default folder that depends on the working folder', /`\.\/(?:config|data)\/?`/g],
  ])('do not include %s', (_, pattern) => {
    const folders = pattern.source.includes('config');
    expect(
      forOperators.flatMap((file) =>
        [...(folders ? file.text : readProse(file)).matchAll(pattern)].map(([found]) => `${file.path}: ${found}`),
      ),
    ).toEqual([]);
  });
});

describe('the facts of the manual', () => {
  it('has the default limits of the Guard', () => {
    const text = textOf('docs/operations.md').replaceAll('\n', ' ');
    const read = (pattern: RegExp) => pattern.exec(text)?.slice(1).map(Number) ?? [];
    const [most = 0, share = 0] = read(/removals on hold when more than (\d+) people, or more than (\d+)%/);
    const [fewest = 0] = read(/not checked for fewer than (\d+) removals/);
    const [changed = 0, changes = 0] = read(/more than (\d+)% of the records .* does not check fewer than (\d+) changes/);
    const {
      guard: { removals, changes: limit },
    } = targetFile.parse({ target: 'a', connector: 'b' });
    expect([removals.most, removals.share, limit.share]).toEqual([most, share / 100, changed / 100]);
    const settings = { removals: { ...removals, withinMs: 1, waitMs: 0 }, changes: { ...limit, withinMs: 1 } };
    const isHeld = (active: number, wanted: { readonly removals: number; readonly changes: number }) => {
      const counts = { removals: { inWindow: 0, held: 0 }, changes: { inWindow: 0, held: 0 }, active, removedInWindow: 0 };
      return Object.keys(checkGuard(settings, counts, wanted, { removals: 0, changes: 0 })).length > 0;
    };
    expect([fewest - 1, fewest].map((number) => isHeld(20, { removals: number, changes: 0 }))).toEqual([false, true]);
    expect([changes - 1, changes].map((number) => isHeld(100, { removals: 0, changes: number }))).toEqual([false, true]);
  });

  it('lists the settings that take effect without apply', () => {
    const [, list = ''] = /take\s+effect\s+without `apply`:\n\n([\s\S]*?)\n\n/.exec(textOf('docs/configuration.md')) ?? [];
    const named = [...list.matchAll(/`settings\.([\w.]+)`/g)].map(([, name = '']) => name);
    const settings = { auth: {}, tls: {}, drop: { mode: '0640' }, rate: '1/s', concurrency: 1, timeout: '1s', headers: {}, find: {} };
    const edited = { auth: 1, tls: 1, drop: { mode: '0600' }, rate: '2/s', concurrency: 2, timeout: '2s', headers: 1, find: 1 };
    const own = (definition: object) =>
      aDefinition({ settings: { ...definition }, ownSettings: ['rate', 'concurrency', 'timeout', 'headers'] });
    const { atOnce } = compareDefinitions(own(settings), own(edited));
    expect(atOnce).toEqual(named.map((name) => `settings.${name}`).sort());
    expect(list).toMatch(/`schedule`, and a stricter `guard`/);
  });

  it('declares no reply with its default meaning, and neither do the shipped connectors', () => {
    const connectors = [...readFiles('connectors', '.yaml').map(({ text }) => text), ...readConnectorBlocks()].map((text) =>
      connectorFile.parse(parse(text)),
    );
    expect(connectors.length).toBeGreaterThan(5);
    const declared = connectors.flatMap(({ connector, settings: { replies = {} } }) =>
      Object.entries(replies as object).map(([result, rule]) => ({
        connector,
        result,
        status: /^status == (\d+)$/.exec(String(rule))?.[1],
      })),
    );
    expect(declared).not.toEqual([]);
    expect(declared.filter(({ result, status }) => status !== undefined && resultByDefault(Number(status)) === result)).toEqual([]);
  });
});

/** The connectors in the YAML blocks of the manual. */
function readConnectorBlocks(): readonly string[] {
  return ['docs/configuration.md', 'docs/targets.md']
    .flatMap((path) => readBlocks({ text: textOf(path) }))
    .filter(({ language, text }) => language === 'yaml' && text.startsWith('connector:'))
    .map(({ text }) => text);
}

/** The default meaning of a response to an update. */
function resultByDefault(status: number): string {
  const reply = { status, headers: {}, body: undefined, text: '' };
  return toOutcome({ action: 'update', delivery: 1, reply, needsKey: false, now: new Date(0) }).status;
}

describe('the parser of the manual', () => {
  const typed = (text: string) => readTyped({ text });

  it('finds commands in code blocks and code spans', () => {
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

  it('finds links, and headings that links can refer to', () => {
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
