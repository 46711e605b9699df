import { describe, expect, it } from 'vitest';
import { readFiles, withoutComments, type TextFile } from './source-files.ts';

/** Where texts of clients are read: they choose what a regular expression here is run on. */
const readsClients = ['src/scim', 'src/http', 'src/inbound', 'src/outbound/admin', 'src/store'];

/**
 * Up to 80 they find an exponential expression, up to 5,000 a cubic one, the last finds a quadratic one. Each is so little longer than the
 * one before that what was quick there cannot take minutes: on a quick machine a cubic one passes 500 in 40 ms, and 20,000 never.
 */
const lengths = [22, 25, 28, 32, 37, 44, 55, 80, 160, 500, 1_000, 2_000, 5_000, 20_000];
const maxMs = 60;

/** Calls of `RegExp` with anything but a literal. */
function findBuilt({ path, text }: TextFile): readonly string[] {
  return [...withoutComments(text).matchAll(/\bRegExp\((?!\s*(?:'[^'\n]*'|"[^"\n]*"|\/)\s*[,)])[^\n]*/g)].map(
    ([found]) => `${path}: ${found}`,
  );
}

const literal = /(?<=[\s([{=,:;!&|?}]|^)\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[dgimsuvy]*/g;

/** Literals of regular expressions. Also finds other text, such as parts of paths, which does no harm here. */
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

/** Long texts that come near to a match again and again: made of what the expression itself is made of. */
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

/** The slowest of all hostile texts, in milliseconds; the best of three runs, since others use the machine too. Stops at what is too slow. */
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
