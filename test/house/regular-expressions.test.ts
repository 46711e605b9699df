import { describe, expect, it } from 'vitest';
import { readFiles, withoutComments, type TextFile } from './source-files.ts';

/** Folders that process text from clients: a client can choose the text for their regular expressions. */
const readsClients = ['src/scim', 'src/http', 'src/inbound', 'src/outbound/admin', 'src/store'];

/**
 * Lengths of the test texts. Those up to 80 detect exponential expressions, those up to 5,000 cubic ones, and the last detects quadratic
 * ones. Each length is only a little longer than the previous one, so that an expression that was fast before cannot take minutes: on a
 * fast machine, a cubic expression takes 40 ms for 500 characters, and does not end for 20,000.
 */
const lengths = [22, 25, 28, 32, 37, 44, 55, 80, 160, 500, 1_000, 2_000, 5_000, 20_000];
const maxMs = 60;

/** Calls of `RegExp` with an argument that is not a literal. */
function findBuilt({ path, text }: TextFile): readonly string[] {
  return [...withoutComments(text).matchAll(/\bRegExp\((?!\s*(?:'[^'\n]*'|"[^"\n]*"|\/)\s*[,)])[^\n]*/g)].map(
    ([found]) => `${path}: ${found}`,
  );
}

const literal = /(?<=[\s([{=,:;!&|?}]|^)\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[dgimsuvy]*/g;

/** Literals of regular expressions. Also finds other text, such as parts of paths, which is harmless here. */
function findLiterals({ text }: TextFile): readonly RegExp[] {
  const code = text.replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, '');
  return [...code.matchAll(literal)].flatMap(([found]) => {
    const end = found.lastIndexOf('/');
    try {
      return [new RegExp(found.slice(1, end), found.slice(end + 1))];
    } catch {
      return [];
    }
  });
}

/** Long texts that repeatedly almost match: they consist of parts of the expression. */
function* hostileTexts({ source }: RegExp, length: number): Iterable<string> {
  const characters = new Set([
    'a',
    'Z',
    '0',
    ' ',
    '-',
    '_',
    '.',
    '/',
    '"',
    '\\',
    '=',
    ...(source.replaceAll(/\\[a-z]/g, '').match(/./gs) ?? []),
  ]);
  const words = source.match(/[A-Za-z]{3,}[/:.]?/g) ?? [];
  const pairs = [...characters].flatMap((one) => ['\\', '/'].map((other) => other + one));
  for (const pump of [...characters, ...pairs, ...words]) {
    const long = pump.repeat(Math.ceil(length / pump.length));
    for (const before of ['', '"', 'a']) yield `${before}${long}\n!`;
  }
}

/**
 * The time for the slowest text, in milliseconds: the best of three runs, because the machine may be busy. Stops at the first text that is
 * too slow.
 */
function timeSlowest(expression: RegExp): number {
  let slowest = 0;
  for (const length of lengths) {
    for (const text of hostileTexts(expression, length)) {
      slowest = Math.max(slowest, timeOne(expression, text));
      if (slowest > maxMs) return slowest;
    }
  }
  return slowest;
}

function timeOne(expression: RegExp, text: string): number {
  let best = Infinity;
  for (let run = 0; run < 3 && best > maxMs; run += 1) {
    const begun = performance.now();
    text.replace(expression, '');
    best = Math.min(best, performance.now() - begun);
  }
  return best;
}

describe('regular expressions', () => {
  it('are never built from text outside the source', () => {
    expect(readFiles('src', '.ts').flatMap(findBuilt)).toEqual([]);
  });

  it.each(['new RegExp(text)', 'RegExp(`^${name}$`)', "new RegExp('^' + name)", 'new RegExp(\n  filter)'])(
    'built as %s are found',
    (text) => {
      expect(findBuilt({ path: 'x.ts', text })).toHaveLength(1);
    },
  );

  it.each(["new RegExp('^a$')", "new RegExp('^a$', 'i')", '// new RegExp(text)', 'x instanceof RegExp'])('are not found in %s', (text) => {
    expect(findBuilt({ path: 'x.ts', text })).toEqual([]);
  });

  const found = readsClients
    .flatMap((folder) => readFiles(folder, '.ts'))
    .flatMap((file) => findLiterals(file).map((expression) => ({ file: file.path, expression })));

  it.each(found)('$expression of $file takes time in proportion to the text', ({ expression }) => {
    expect(timeSlowest(expression)).toBeLessThan(maxMs);
  });

  it.each([/(a+)+$/, /\s+$/, /a*a*b/, /"(?:[^"\\]|\\.)*"/g, /(?:\/+)+x/])('such as %s are reported as slow', (expression) => {
    expect(timeSlowest(expression)).toBeGreaterThan(maxMs);
  });

  it('are found in our sources', () => {
    const sources = found.map(({ expression }) => expression.source);
    expect(sources).toContain('^\\s*(?:W\\/)?"(\\d{1,15})"\\s*$');
    expect(sources.length).toBeGreaterThan(15);
  });
});
