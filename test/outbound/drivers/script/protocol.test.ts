import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAnswer, toFound, toLine, toOutcome } from '../../../../src/outbound/drivers/script/script-messages.ts';
import { ScriptLog } from '../../../../src/outbound/drivers/script/script-log.ts';
import { openLineSplitter } from '../../../../src/outbound/drivers/script/split-lines.ts';
import { toEnvironment } from '../../../../src/outbound/drivers/script/script-environment.ts';
import { keepLines } from '../../../support/log-lines.ts';

const plain = (text: string) => text;

function read(result: object): unknown {
  const answer = parseAnswer(JSON.stringify({ v: 1, results: [{ n: 1, ...result }] }));
  if (answer === undefined || !('results' in answer)) return 'garbage';
  return toOutcome(answer.results[0]!, plain) ?? 'no outcome';
}

describe('a result', () => {
  it.each([
    [
      { status: 'done', key: '4711' },
      { status: 'done', key: '4711' },
    ],
    [
      { status: 'done', key: 4711 },
      { status: 'done', key: '4711' },
    ],
    [{ status: 'done', key: null }, { status: 'done' }],
    [
      { status: 'exists', key: '1', reason: 'there' },
      { status: 'exists', key: '1', reason: 'there' },
    ],
    [{ status: 'missing' }, { status: 'missing', reason: 'the script answered missing' }],
    [
      { status: 'retry', reason: 'busy', afterMs: 500 },
      { status: 'retry', reason: 'busy', afterMs: 500 },
    ],
    [
      { status: 'reject', reason: 'no' },
      { status: 'reject', reason: 'no' },
    ],
    [
      { status: 'unclear', reason: 'cut' },
      { status: 'unclear', reason: 'cut' },
    ],
    [
      { status: 'accepted', receipt: 'job-1', checkAfterMs: 100 },
      { status: 'accepted', receipt: 'job-1', checkAfterMs: 100 },
    ],
    [
      { status: 'accepted', receipt: 'job-1' },
      { status: 'accepted', receipt: 'job-1', checkAfterMs: 60_000 },
    ],
    [{ status: 'accepted' }, 'no outcome'],
    [{ found: [] }, 'no outcome'],
    [{ status: 'finished' }, 'garbage'],
  ])('%j means %j', (result, meaning) => {
    expect(read(result)).toEqual(meaning);
  });
});

describe('a line of a script', () => {
  it.each([
    '',
    'Hello',
    '{"v":1}',
    '{"v":2,"results":[]}',
    '{"v":1,"results":[{"status":"done"}]}',
    '[]',
    'null',
    '{"v":1,"results":[{"n":1,"sta',
  ])('%j is not an answer', (line) => {
    expect(parseAnswer(line)).toBeUndefined();
  });

  it('may begin with a byte order mark, and contain an object instead of a list of one, as PowerShell writes it', () => {
    const answer = parseAnswer('\ufeff{"v":1,"results":{"n":1,"found":{"key":7,"record":{"Mail":"a@x","Nested":{"a":1},"None":null}}}}');
    expect(answer !== undefined && 'results' in answer && toFound(answer.results[0]!)).toEqual([{ key: '7', record: { Mail: 'a@x' } }]);
  });

  it('is always one line when it is sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const line = toLine({ do: 'create', items: [{ n: 1, key: null, record: { Mail: text } }] });
        expect(line.indexOf('\n')).toBe(line.length - 1);
        expect(JSON.parse(line)).toEqual({ v: 1, do: 'create', items: [{ n: 1, key: null, record: { Mail: text } }] });
      }),
    );
  });
});

describe('the line splitter', () => {
  it('returns whole lines, regardless of how the text is divided', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '😀', '\n', '\r\n'), maxLength: 12 }), { maxLength: 6 }),
        (pieces) => {
          const reported: string[] = [];
          const lines = openLineSplitter(1_000, (line) => reported.push(line));
          pieces.forEach((piece) => lines.add(piece));
          lines.flush();
          const expected = pieces.join('').split(/\r?\n/);
          if (expected.at(-1) === '') expected.pop();
          expect(reported).toEqual(expected);
        },
      ),
    );
  });

  it('reports a line that is too long once, truncated', () => {
    const reported: string[] = [];
    const lines = openLineSplitter(5, (line) => reported.push(line));
    for (const piece of ['abcd', 'efgh', 'ijkl\nxy\n']) lines.add(piece);
    expect(reported).toEqual(['abcde', 'xy']);
  });
});

describe('the output of a script', () => {
  it('is logged without secrets, values and colours, and up to a limit', () => {
    const { log, lines } = keepLines();
    const said = new ScriptLog(log, ['s3cr3t-token']);
    said.begin(['Anna Berg']);
    said.say('stderr', '\u001b[31;1mcannot find Anna Berg with s3cr3t-token\u001b[0m');
    expect(said.lastError).toBe('cannot find [hidden] with [hidden]');
    for (let index = 0; index < 300; index++) said.say('stdout', `line ${index} ${'x'.repeat(2_000)}`);
    said.begin([]);
    expect(lines).toHaveLength(101);
    expect(lines.at(-1)).toContain('"lines":201');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(700);
  });
});

describe('the environment of a script', () => {
  it('contains the variables that the Target lists and those that every program needs, but no other variables of the daemon', () => {
    const own: Readonly<Record<string, string>> = {
      PATH: '/bin',
      BADGE_API: 'https://not-given',
      DATABASE_PASSWORD: 'secret',
      LANG: 'de_DE.ISO-8859-1',
    };
    const environment = toEnvironment({ BADGE_API: 'https://x' }, { home: '/w/home', temporary: '/w/tmp' }, (name) => own[name]);
    expect(environment).toEqual({
      PATH: '/bin',
      BADGE_API: 'https://x',
      HOME: '/w/home',
      TMPDIR: '/w/tmp',
      LANG: 'C.UTF-8',
      NO_COLOR: '1',
      TERM: 'dumb',
      POWERSHELL_TELEMETRY_OPTOUT: '1',
      POWERSHELL_UPDATECHECK: 'Off',
    });
  });
});
