import { describe, expect, it } from 'vitest';
import { readFiles } from './source-files.ts';
import { findBareExports, findErrorMessages, findHostWords, findSideEffects, hasEmptyName } from './words.ts';

const files = [...readFiles('src', '.ts'), ...readFiles('src', '.js')];
const aFile = (text: string, path = 'src/outbound/engine/x.ts') => ({ path, text });

describe('every file of src', () => {
  it('has a name that describes its content', () => {
    expect(files.filter(hasEmptyName).map(({ path }) => path)).toEqual([]);
  });

  it('calls a person a person, never a host', () => {
    expect(files.flatMap((file) => findHostWords(file).map((word) => `${file.path}: ${word}`))).toEqual([]);
  });

  it('has a docstring for every export', () => {
    expect(files.flatMap((file) => findBareExports(file).map((name) => `${file.path}: ${name}`))).toEqual([]);
  });

  it('uses one function for the message of a thrown value', () => {
    expect(files.flatMap((file) => findErrorMessages(file).map((place) => `${file.path}: ${place}`))).toEqual([]);
  });

  it('does nothing when it is imported, except programs (.js)', () => {
    const imported = files.filter(({ path }) => path.endsWith('.ts'));
    expect(imported.flatMap((file) => findSideEffects(file).map((line) => `${file.path}:${line}`))).toEqual([]);
  });
});

describe('the search for the word host', () => {
  it.each([
    ['const hostId = 1;', ['hostId']],
    ["log.info({}, 'the host was created');", ['host']],
    ['for (const host of hosts) deliver(host);', ['host', 'hosts']],
    ['interface HostRecord {}', ['HostRecord']],
  ])('finds people called hosts in %s', (text, words) => {
    expect(findHostWords(aFile(text))).toEqual(words);
  });

  it.each([
    ['// a host is a person here', 'src/outbound/engine/x.ts'],
    ["const url = 'https://hosts.contoso.com/scim';", 'src/outbound/engine/x.ts'],
    ['memberOf("Visitor Hosts")', 'src/rehearsal/x.ts'],
    ['const { hostname, hostKey } = settings;', 'src/outbound/engine/x.ts'],
    ["context.get('host')", 'src/http/x.ts'],
    ['const ghost = 1;', 'src/outbound/engine/x.ts'],
  ])('ignores networks and quotations: %s', (text, path) => {
    expect(findHostWords(aFile(text, path))).toEqual([]);
  });
});

describe('the search for exports without a docstring', () => {
  it.each([
    ['export const a = 1;', ['a']],
    ['/** Says it. */\n\nexport function b() {}', ['b']],
    ['/* no docstring */\nexport interface C {}', ['C']],
    ['/** Of the first. */\nexport type D = 1;\nexport type E = 2;', ['E']],
    ['export default 1;', ['default']],
  ])('finds %j', (text, names) => {
    expect(findBareExports(aFile(text))).toEqual(names);
  });

  it.each([
    ['/** Says it. */\nexport const a = 1;'],
    ['/**\n * Says it.\n */\nexport async function b() {}'],
    ['/** Both. */\nexport function c(a: string): void;\nexport function c(a: number): void;'],
    ["export { d } from './d.ts';\nexport type { E } from './e.ts';"],
    ['const text = `\nexport const inText = 1;\n`;'],
  ])('ignores %j', (text) => {
    expect(findBareExports(aFile(text))).toEqual([]);
  });
});

describe('the search for messages of errors', () => {
  it.each([
    ['const text = error instanceof Error ? error.message : "unknown";', ['error instanceof Error ? error.message']],
    ['log.warn({ reason: String(cause) });', ['String(cause)']],
    ['const text = messageOf(error); const name = error instanceof Error ? error.name : "";', []],
  ])('finds %s', (text, places) => {
    expect(findErrorMessages(aFile(text))).toEqual(places);
  });
});

describe('the search for effects of an import', () => {
  it.each([
    ['start();'],
    ["await open('x');"],
    ["if (process.argv[2] === 'x') run();"],
    ['let counter = 0;'],
    ['const now = Date.now();'],
    ['const manifest = JSON.parse(readFileSync(file));'],
    ["export const port = process.env['PORT'];"],
    ["const config = await load('x');"],
    ['for (const a of b) c(a);'],
  ])('finds %s', (text) => {
    expect(findSideEffects(aFile(text))).toEqual([`1: ${text}`]);
  });

  it.each([
    ['const now = () => Date.now();'],
    ['export const words = new Set([\n  "a",\n]);'],
    ['export function f() {\n  start();\n}'],
    ['const sql = `\nselect 1\n`;'],
    ['/* start(); */'],
  ])('ignores %j', (text) => {
    expect(findSideEffects(aFile(text))).toEqual([]);
  });
});
