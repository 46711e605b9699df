import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StepResult } from '../../../../src/domain/examination.ts';
import { scriptDriver } from '../../../../src/outbound/drivers/script/index.ts';
import { examineAll } from '../../../contracts/examination-contract.ts';
import { keepLines } from '../../../support/log-lines.ts';
import { TestClock } from '../../../support/test-clock.ts';

const secret = 'token-that-nobody-sees';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vestibule-script-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A script that records every received line, then runs `body` with the request `asked` and the function `answer`. */
async function examine(
  body: string,
  {
    asks = ['probe', 'find', 'list'],
    command,
    limitMs,
  }: { readonly asks?: readonly string[]; readonly command?: readonly string[]; readonly limitMs?: number } = {},
): Promise<readonly StepResult[]> {
  const program = `
    import { appendFileSync, writeSync } from 'node:fs';
    import { createInterface } from 'node:readline';
    const answer = (what) => writeSync(3, JSON.stringify({ v: 1, ...what }) + '\\n');
    createInterface({ input: process.stdin }).on('line', (line) => {
      appendFileSync('lines.jsonl', line + '\\n');
      const asked = JSON.parse(line);
      ${body}
    });`;
  await writeFile(join(folder, 'connector.mjs'), program);
  const settings = scriptDriver.settings.parse({
    command: command ?? [process.execPath, 'connector.mjs'],
    asks,
    environment: { BADGE_TOKEN: secret },
  });
  const definition = { target: 'badges', match: [['Mail']], can: ['create'], folder } as const;
  const env = (name: string) => process.env[name];
  const deps = { log: keepLines().log, clock: new TestClock(), definition, workFolder: join(folder, 'work'), env };
  return examineAll(scriptDriver.examine(settings, deps), limitMs);
}

const lines = async () =>
  (await readFile(join(folder, 'lines.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
const at = (steps: readonly StepResult[], name: StepResult['step']) => steps.find(({ step }) => step === name);

const wellBehaved = `
  if (asked.do === 'probe') answer({ results: [{ n: 1, status: 'done' }] });
  if (asked.do === 'find') answer({ results: [{ n: 1, found: [] }] });
  if (asked.do === 'list') answer({ results: [{ n: 1, found: [{ key: '7', record: { Mail: 'anna@contoso.test' } }] }] });`;

describe('the examination of a script', () => {
  it('sends only probe, find and list', async () => {
    const steps = await examine(wellBehaved);
    expect(steps.map(({ step, result }) => [step, result])).toEqual([
      ['settings', 'passed'],
      ['start', 'passed'],
      ['signIn', 'passed'],
      ['find', 'passed'],
      ['list', 'passed'],
    ]);
    expect(await lines()).toEqual([
      { v: 1, do: 'probe', items: [{ n: 1 }] },
      { v: 1, do: 'find', items: [{ n: 1, record: { Mail: 'nobody@vestibule.invalid' } }] },
      { v: 1, do: 'list', items: [{ n: 1 }] },
    ]);
    expect(at(steps, 'list')?.message).toBe('The script returns 1 record on the first page, all with Mail');
  });

  it('reads only the first answer of a long list', async () => {
    const endless = `if (asked.do === 'list') setInterval(() => answer({ results: [{ n: 1, found: [{ record: { Mail: 'a@b.test' } }], more: true }] }), 5);`;
    const steps = await examine(endless, { asks: ['list'] });
    expect(at(steps, 'signIn')).toMatchObject({
      result: 'notAvailable',
      message: 'Neither probe nor find is listed under asks in the connector',
    });
    expect(at(steps, 'list')).toMatchObject({ result: 'passed', message: 'The script returns 1 record on the first page, all with Mail' });
  });

  it('names a missing program', async () => {
    const steps = await examine('', { command: ['no-such-program'] });
    expect(at(steps, 'start')).toMatchObject({ result: 'failed', message: expect.stringContaining('no-such-program') });
    expect(at(steps, 'signIn')).toMatchObject({ result: 'skipped' });
  });

  it('shows the standard error of a script that exits, without secrets and e-mail addresses', async () => {
    const steps = await examine(
      `console.error('cannot reach the badge system with ' + process.env.BADGE_TOKEN);
       console.error('as anna@contoso.test');
       process.exit(3);`,
    );
    expect(at(steps, 'signIn')).toMatchObject({
      result: 'failed',
      message: expect.stringMatching(/^the script exited with code 3/),
      output: ['cannot reach the badge system with [hidden]', 'as [hidden]'],
    });
    expect(JSON.stringify(steps)).not.toContain(secret);
  });

  it('shows the standard error of a script that cannot start, even if it supports no request', async () => {
    const steps = await examine('}}} no program', { asks: [] });
    expect(at(steps, 'start')).toMatchObject({ result: 'failed', message: expect.stringContaining('exited with code 1') });
    expect(at(steps, 'start')?.output?.join(' ')).toContain('SyntaxError');
  });

  it('fails when the script finds a person for the probe values', async () => {
    const steps = await examine(wellBehaved.replace('found: []', `found: [{ key: '7', record: { Mail: 'anna@contoso.test' } }]`));
    expect(at(steps, 'find')).toMatchObject({ result: 'failed', message: expect.stringContaining('ignores the filter') });
  });

  it('ends even if the script never answers, and ends the script', async () => {
    const begun = performance.now();
    const steps = await examine('', { limitMs: 1_000 });
    expect(at(steps, 'signIn')).toMatchObject({ result: 'failed', message: 'No answer within 1 s' });
    expect(performance.now() - begun).toBeLessThan(10_000);
  });
});
