import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TargetUnavailable } from '../../../../src/domain/errors.ts';
import type { OutboundRecord } from '../../../../src/domain/record.ts';
import type { Answered, RecordConnection } from '../../../../src/outbound/drivers/driver.ts';
import { scriptDriver } from '../../../../src/outbound/drivers/script/index.ts';
import { aDelivery, later } from '../../../support/builders.ts';
import { keepLines } from '../../../support/log-lines.ts';
import { TestClock } from '../../../support/test-clock.ts';
import { pollUntil } from '../../../support/poll.ts';

let root: string;
let connection: RecordConnection;
let lines: readonly string[];
const never = new AbortController().signal;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'vestibule-child-'));
});
afterEach(async () => {
  await connection.close();
  await rm(root, { recursive: true, force: true });
});

/** A Node script: `say` writes a result, `each` is called with every request. The result of `find` is no record. */
const prelude = `
const fs = require('node:fs');
const say = (answer) => fs.writeSync(3, (typeof answer === 'string' ? answer : JSON.stringify({ v: 1, ...answer })) + '\\n');
const done = (n) => say({ results: [{ n, status: 'done', key: 'k' + n }] });
const lines = require('node:readline').createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const request = JSON.parse(line);
  if (request.do === 'find') return say({ results: [{ n: 1, found: [] }] });
  each(request);
});
`;

function open(body: string, settings: object = {}): void {
  const kept = keepLines();
  lines = kept.lines;
  const command = [process.execPath, '-e', body.startsWith('!') ? body.slice(1) : prelude + body];
  const parsed = scriptDriver.settings.parse({ command, asks: ['find'], ...settings });
  const definition = { target: 'badges', match: [['Mail']], can: ['create', 'update'], folder: root } as const;
  const deps = { log: kept.log, clock: new TestClock(), definition, workFolder: join(root, 'work') };
  connection = scriptDriver.open(parsed, deps, 'write') as RecordConnection;
}

/** Delivers creates with the ids 1 to `count`. @returns the results, and the error at the end. */
async function deliver(count: number, signal = never): Promise<{ readonly answered: readonly Answered[]; readonly error: unknown }> {
  const row: OutboundRecord = { Mail: 'anna@contoso.test' };
  const batch = Array.from({ length: count }, (_, index) => aDelivery({ id: index + 1, rows: [row] }));
  const answered: Answered[] = [];
  try {
    for await (const one of connection.deliver(batch, { signal, notAfter: later(1) })) answered.push(one);
    return { answered, error: undefined };
  } catch (error) {
    return { answered, error };
  }
}

async function mayHaveLeft(
  count: number,
): Promise<{ readonly ids: readonly number[]; readonly message: string; readonly answered: number }> {
  const { answered, error } = await deliver(count);
  if (!(error instanceof TargetUnavailable)) throw new Error(`was not unavailable: ${String(error)}`);
  return { ids: error.mayHaveLeft, message: error.message, answered: answered.length };
}

describe('a script that cannot start', () => {
  it('because its program is missing leaves nothing unclear, and the error names the program', async () => {
    open('', { command: ['no-such-program-anywhere'] });
    expect(await mayHaveLeft(2)).toMatchObject({
      ids: [],
      message: expect.stringContaining('no-such-program-anywhere or the folder') as string,
    });
  });

  it('because it exits at once leaves nothing unclear, and the error contains the exit code and last output', async () => {
    open('!console.error("first"); console.error("no module Badge"); process.exit(3);');
    expect(await mayHaveLeft(2)).toEqual({ ids: [], message: 'the script exited with code 3: no module Badge', answered: 0 });
  });

  it('and supports no probe is watched before it gets a write', async () => {
    open('!setTimeout(() => { console.error("late"); process.exit(4); }, 100);', { asks: [] });
    expect(await mayHaveLeft(1)).toEqual({ ids: [], message: 'the script exited with code 4: late', answered: 0 });
  });
});

describe('a script that exits before it has answered', () => {
  it('leaves people without an answer unclear, and is started again', async () => {
    open(`const each = () => { done(1); done(3); setTimeout(() => process.exit(0), 50); };`);
    expect(await mayHaveLeft(3)).toEqual({ ids: [2], message: 'the script exited with code 0', answered: 2 });
    expect(await mayHaveLeft(3)).toMatchObject({ ids: [2], answered: 2 });
  });

  it('has no partial line accepted as an answer', async () => {
    open(`const each = () => { fs.writeSync(3, '{"v":1,"results":[{"n":1,"status":"done"}]}'); process.exit(1); };`);
    expect(await mayHaveLeft(1)).toMatchObject({ ids: [1], answered: 0 });
  });
});

describe('a script that sends an invalid answer', () => {
  it.each([
    ['Hello'],
    ['{"v":1,"results":[{"n":9,"status":"done"}]}'],
    ['{"v":1,"results":[{"n":1,"found":[]}]}'],
    ['{"v":1,"results":[{"n":1,"status":"done"},{"n":1,"status":"done"}]}'],
  ])('%s is ended, and people without an answer are unclear', async (answer) => {
    open(`const each = () => { done(2); say(${JSON.stringify(answer)}); };`);
    const { ids, message } = await mayHaveLeft(3);
    expect(ids).toContain(3);
    expect(ids).not.toContain(2);
    expect(message).toMatch(/^the script (?:answered|returned) /);
  });

  it('on standard output continues, and the line is only logged', async () => {
    open(`const each = (request) => { console.log('{"v":1,"results":[{"n":1,"status":"reject"}]}'); console.error('warning'); done(1); };`);
    expect((await deliver(1)).answered).toEqual([{ delivery: 1, outcome: { status: 'done', key: 'k1' } }]);
    await pollUntil('both lines are logged', () => lines.filter((line) => line.includes('script output')).length === 2);
  });
});

it('a silent script is ended after the time-out, with all its child processes', async () => {
  const mark = `sleeper-${Math.trunc(performance.timeOrigin)}-${process.pid}`;
  open(
    `const each = () => { const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '${mark}'], { stdio: 'inherit' });
     fs.writeFileSync('child.pid', String(child.pid)); };`,
    { timeout: '300ms' },
  );
  expect(await mayHaveLeft(1)).toMatchObject({ ids: [1], message: 'the script did not respond within 300 ms' });
  const pid = Number(await readFile(join(root, 'child.pid'), 'utf8'));
  await pollUntil('its child process has ended', () => !isAlive(pid));
});

it('a script gets one request at a time, and one child process answers all', async () => {
  open(`let busy = false; const each = (request) => { if (busy) process.exit(9); busy = true;
    setTimeout(() => { busy = false; for (const { n } of request.items) say({ results: [{ n, status: 'done', key: String(process.pid) }] }); }, 20); };`);
  const [one, other] = await Promise.all([deliver(2), deliver(2)]);
  const keys = [...one.answered, ...other.answered].map(({ outcome }) => (outcome.status === 'done' ? outcome.key : outcome.status));
  expect(keys).toHaveLength(4);
  expect(new Set(keys).size).toBe(1);
});

it('an answer is returned as soon as it arrives, and the script accepts a request before the next answer is read', async () => {
  open(`const each = () => { done(1); setTimeout(() => done(2), 50); };`);
  const batch = [1, 2].map((id) => aDelivery({ id, rows: [{ Mail: 'anna@contoso.test' }] }));
  const order: number[] = [];
  for await (const { delivery } of connection.deliver(batch, { signal: never, notAfter: later(1) })) {
    order.push(delivery);
    expect(await connection.find!(batch[0]!, never)).toEqual([]);
  }
  expect(order).toEqual([1, 2]);
});

it('a script lists in pages and confirms accepted writes', async () => {
  open(
    `const each = (request) => {
      if (request.do === 'list') for (const more of [true, false]) say({ results: [{ n: 1, more, found: [{ key: more ? 'a' : 'b', record: { Mail: 'x' } }] }] });
      else if (request.do === 'confirm') say({ results: [{ n: 1, status: 'done', key: 'of ' + request.items[0].receipt }] });
      else say({ results: [{ n: 1, status: 'accepted', receipt: 'job-1', checkAfterMs: 5 }] });
    };`,
    { asks: ['find', 'list', 'confirm'] },
  );
  expect((await deliver(1)).answered[0]?.outcome).toEqual({ status: 'accepted', receipt: 'job-1', checkAfterMs: 5 });
  expect(await connection.settle!('job-1', never)).toEqual({ status: 'done', key: 'of job-1' });
  const listed: unknown[] = [];
  for await (const one of connection.list!(never)) listed.push('key' in one ? one.key : one);
  expect(listed).toEqual(['a', 'b', { complete: true }]);
});

it('an interrupted list is not complete', async () => {
  open(`const each = () => { say({ results: [{ n: 1, more: true, found: [] }] }); process.exit(0); };`, { asks: ['find', 'list'] });
  const listed: unknown[] = [];
  const read = async () => {
    for await (const one of connection.list!(never)) listed.push(one);
  };
  await expect(read()).rejects.toBeInstanceOf(TargetUnavailable);
  expect(listed).toEqual([]);
});

it('a script gets its own folders, and only its home folder is kept', async () => {
  open(
    `const each = () => { fs.writeFileSync(process.env.TMPDIR + '/left', ''); fs.writeFileSync(process.env.HOME + '/kept', ''); fs.writeFileSync('here', ''); done(1); };`,
  );
  await deliver(1);
  await connection.close();
  expect(existsSync(join(root, 'here'))).toBe(true);
  await pollUntil('its temporary folder is removed', () => readdirSync(join(root, 'work')).join() === 'home');
  expect(readdirSync(join(root, 'work', 'home'))).toEqual(['kept']);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
