import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { PlanReport } from '../../src/admin/reports/plan-report.ts';
import { CommandRefused, ConfigProblems, StoreError } from '../../src/domain/errors.ts';
import { silentLogger } from '../../src/domain/logger.ts';
import { createAdminApp } from '../../src/outbound/admin/admin-app.ts';
import { listenOnSocket } from '../../src/outbound/admin/listen-on-socket.ts';
import * as sample from '../admin/sample-api.ts';
import { runCommandLine } from './command-line.ts';

describe('a command', () => {
  it('uses the running daemon of its data folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vestibule-cli-'));
    const daemon = sample.sampleApi();
    const listener = await listenOnSocket(createAdminApp(daemon.api, { log: silentLogger, trust: 'socket' }), folder);
    const { exitCode, calls, opened } = await runCommandLine(['pause', 'front-desk'], { dataDir: folder });
    await listener.close();
    await rm(folder, { recursive: true });
    expect({ exitCode, calls, opened }).toEqual({ exitCode: 0, calls: [], opened: 0 });
    expect(daemon.calls).toEqual([['pause', 'front-desk', 'jo']]);
  });

  it('calls the same handlers in its own process when no daemon runs, and closes them', async () => {
    const { opened, closed, calls } = await runCommandLine(['status']);
    expect({ opened, closed, calls }).toEqual({ opened: 1, closed: 1, calls: [['status']] });
  });

  it.each([
    ['read', ['status']],
    ['read', ['plan', 'x']],
    ['read', ['plan', 'x', 'Anna Berg']],
    ['read', ['why', 'Anna Berg']],
    ['read', ['list', 'x']],
    ['read', ['log', 'x']],
    ['read', ['test', 'x']],
    ['read', ['token', 'list']],
    ['write', ['apply', 'x', '--yes']],
    ['write', ['pause', 'x']],
    ['write', ['retry', 'x']],
    ['write', ['accept', 'x', '--yes']],
    ['write', ['reject', 'x', '--yes']],
    ['write', ['withdraw', 'x', '--yes']],
    ['write', ['forget', 'x', '--yes']],
    ['write', ['rename', 'x', 'y']],
    ['write', ['token', 'revoke', '3', '--yes']],
    ['make', ['token', 'create', '--label', 'x', '--print']],
  ] as const)('opens the store to %s when no daemon runs: %j', async (wanted, argv) => {
    const { access } = await runCommandLine(argv, { answer: true });
    expect(access).toEqual([wanted]);
  });

  it('closes the handlers when it is refused, prints the reason and a hint, and exits with 1', async () => {
    const refused = () => Promise.reject(new CommandRefused('there is no target "x"', { hint: 'see: `vestibule status`' }));
    const { exitCode, err, closed, out } = await runCommandLine(['pause', 'x'], { api: { pause: refused } });
    expect(exitCode).toBe(1);
    expect(closed).toBe(1);
    expect(withoutFolders(err)).toBe('vestibule: there is no target "x"\n  -> see: `./vestibule status FOLDERS`');
    expect(out).toBe('');
  });

  it('exits with 2 and lists all problems when the files have problems', async () => {
    const broken = () => Promise.reject(new ConfigProblems(sample.status.problems));
    const { exitCode, err } = await runCommandLine(['plan', 'x'], { api: { plan: broken } });
    expect(exitCode).toBe(2);
    expect(err).toContain('config/targets/x.yaml');
    expect(err).toContain('is not a list');
  });

  it('reports a bug as a bug, and exits with 1', async () => {
    const bug = () => Promise.reject(new TypeError('x is undefined'));
    const { exitCode, err } = await runCommandLine(['status'], { api: { status: bug } });
    expect(exitCode).toBe(1);
    expect(err).toMatch(/unexpected.*x is undefined/);
    expect(err).not.toContain('    at ');
  });

  it.each([
    [['plan'], 'plan --help'],
    [['token', 'create'], 'token create --help'],
    [['sttus'], '--help'],
  ])('that is incomplete or unknown proposes its own help: %j', async (argv, help) => {
    const { err, exitCode } = await runCommandLine(argv);
    expect(exitCode).toBe(2);
    expect(err).toContain(`(see: \`./vestibule ${help}\`)`);
  });

  it.each<readonly [readonly string[], string]>([
    [['sttus'], 'Did you mean status?'],
    [['plan'], "missing required argument 'target'"],
    [['status', '--jsn'], "unknown option '--jsn'"],
    [['plan', 'x', '--limit', 'all'], 'whole number'],
    [['accept', 'x', 'first'], 'whole number'],
    [['apply', 'x', '--same-system', '--new-system'], 'cannot be used with'],
    [['apply', 'x', '--resend', '--new-system'], 'cannot be used with'],
    [['rename', 'x'], "missing required argument 'new'"],
    [['apply', 'x', '--same-system', '--resend'], 'cannot be used with'],
    [['plan', 'x', '--resend', '--new-system'], 'cannot be used with'],
    [['token', 'create', '--print'], "required option '--label <text>'"],
    [['token', 'create', '--label', 'x', '--expires', '180'], 'duration'],
    [['token', 'create', '--print', '--label', ' '], 'Expected 1 to 200 characters.'],
    [['token', 'extend', '3'], "required option '--expires <duration>'"],
    [['token', 'extend', '3', '--expires', 'ever'], 'duration'],
    [['start', '--listen', 'here'], 'HOST:PORT'],
    [['start', '--plain-http', 'yes'], 'Allowed choices are behindProxy'],
    [['pause', 'x', 'y'], 'too many arguments'],
    [['test', 'x', '--timeout', '5'], 'duration'],
  ])('reports invalid arguments and exits with 2: %j', async (argv, said) => {
    const { exitCode, err, calls } = await runCommandLine(argv);
    expect(exitCode).toBe(2);
    expect(err).toContain(said);
    expect(calls).toEqual([]);
  });

  it.each([['--help'], ['--version'], ['plan', '--help'], ['token', 'create', '--help']])('%s %s %s exits with 0', async (...argv) => {
    const { exitCode, out } = await runCommandLine(argv);
    expect(exitCode).toBe(0);
    expect(out).toMatch(argv.includes('--version') ? /^0\.1\.0$/ : /^Usage: \.\/vestibule/);
  });

  it('takes its folders from the options, then from the environment, then next to the program', async () => {
    const beside = await runCommandLine(['start', '--data', '/b']);
    expect(beside.started).toEqual([{ configDir: resolve('./config'), dataDir: resolve('/b') }]);
    vi.stubEnv('VESTIBULE_CONFIG', '/from-env');
    const named = await runCommandLine(['start', '--data', '/b']);
    const given = await runCommandLine(['start', '--config', '/a', '--data', '/b']);
    vi.unstubAllEnvs();
    expect(named.started).toEqual([{ configDir: resolve('/from-env'), dataDir: resolve('/b') }]);
    expect(given.started).toEqual([{ configDir: resolve('/a'), dataDir: resolve('/b') }]);
  });
});

describe('plan, status, why', () => {
  it.each([
    [['status'], ['status'], sample.status],
    [['plan', 'front-desk'], ['plan', 'front-desk', { limit: 20, records: 3 }], sample.plan],
    [['plan', 'front-desk', '--limit', '5'], ['plan', 'front-desk', { limit: 5, records: 3 }], sample.plan],
    [['plan', 'front-desk', '--new-system'], ['plan', 'front-desk', { limit: 20, records: 3, system: 'new' }], sample.plan],
    [['plan', 'front-desk', '--resend'], ['plan', 'front-desk', { limit: 20, records: 3, resend: true }], sample.plan],
    [['plan', 'front-desk', '--records', '7'], ['plan', 'front-desk', { limit: 20, records: 7 }], sample.plan],
    [['plan', 'front-desk', 'Anna Berg'], ['planPerson', 'front-desk', 'Anna Berg'], sample.personPlan],
    [['log', 'front-desk'], ['log', 'front-desk', 50], sample.log],
    [['log', 'front-desk', '--limit', '7'], ['log', 'front-desk', 7], sample.log],
    [['why', 'Anna Berg'], ['why', 'Anna Berg'], sample.why],
    [['token', 'list'], ['listTokens'], [sample.token]],
  ])('%j requests its report, and prints it as JSON on request', async (argv, call, report) => {
    const { exitCode, out, err, calls } = await runCommandLine([...argv, '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(withoutFolders(out))).toEqual(
      JSON.parse(JSON.stringify(report).replaceAll('`vestibule check`', '`./vestibule check FOLDERS`')),
    );
    expect(err).toBe('');
    expect(calls).toEqual([call]);
  });

  it('propose commands with the folders of the same site', async () => {
    const { out } = await runCommandLine(['status', '--config', '/srv/config', '--data', '/srv/data']);
    expect(out).toContain('`./vestibule token create --label TEXT --source default --config /srv/config --data /srv/data`');
    expect(out).toContain('`./vestibule token extend 3 --expires 180d --config /srv/config --data /srv/data`');
    expect(out).toContain('`./vestibule retry front-desk --config /srv/config --data /srv/data`');
  });

  it('replace control characters in texts of a person', async () => {
    const evil = { ...sample.why, people: [{ id: 'a1', displayName: 'Anna\u001b[2J', userName: '\u009b31m' }] };
    const { out } = await runCommandLine(['why', 'anna'], { api: { why: () => Promise.resolve(evil) } });
    expect(out).toContain('Anna');
    expect(out).not.toContain('\u001b');
    expect(out).not.toContain('\u009b');
  });
});

describe('test', () => {
  const passed = { ...sample.test, passed: true, steps: sample.test.steps.slice(0, 2) };

  it('requests its report, and prints it as JSON on request', async () => {
    const argv = ['test', 'front-desk', '--timeout', '30s', '--applied', '--json'];
    const { out, calls, exitCode } = await runCommandLine(argv);
    expect(JSON.parse(out)).toEqual(sample.test);
    expect(calls).toEqual([['test', 'front-desk', { timeoutMs: 30_000, applied: true }]]);
    expect(exitCode).toBe(1);
  });

  it('shows each step with its time, result and hint, and exits with 1 when one has failed', async () => {
    const { out, exitCode, calls } = await runCommandLine(['test', 'front-desk']);
    expect(calls).toEqual([['test', 'front-desk', {}]]);
    expect(exitCode).toBe(1);
    expect(out.split('\n')).toEqual([
      'front-desk (Old VMS 4, driver rest): tested the file',
      'The target was never applied.',
      '',
      'STEP                      RESULT            TIME  FOUND',
      'settings and secrets      passed                  1 secret found.',
      'connect                   passed           12 ms  Connected to vms.contoso.com:443.',
      'sign in                   FAILED         1234 ms  Answered 404.',
      '    GET https://vms.contoso.com/api/staff?q={mail}',
      '    -> Check the path.',
      '    | no such page',
      '    | bye',
      'look up a made-up record  skipped                 An earlier step failed.',
      'read one page             not available           The connector has no list.',
      '',
      '1 step failed, 1 skipped, 1 not available.',
    ]);
  });

  it('exits with 0 when every step has passed', async () => {
    const { out, exitCode } = await runCommandLine(['test', 'front-desk'], { api: { test: () => Promise.resolve(passed) } });
    expect(exitCode).toBe(0);
    expect(out).toContain('2 steps passed. Nothing was changed.');
  });
});

const nothing = { create: 0, update: 0, deactivate: 0, delete: 0 };
const noClocks = { begins: [], changes: [], ends: [] };

describe('apply', () => {
  it('shows the plan, asks for confirmation, and applies exactly that plan', async () => {
    const { exitCode, out, questions, calls } = await runCommandLine(['apply', 'front-desk'], { answer: true });
    expect(exitCode).toBe(0);
    expect(out).toContain('Plan for front-desk');
    expect(questions).toEqual([
      'Apply to front-desk (4 actions, 1 person removed, bypasses the Guard, a leaver delay begins for 31 people: delete from 2026-03-03 08:30 UTC, ' +
        'the leaver delay changes for 1 person: deactivate from 2026-03-02 08:30 UTC, the leaver delay is cancelled for 1 person, ' +
        'more removals than the Guard allows; the Guard will hold them when they are due)?',
    ]);
    expect(calls).toEqual([
      ['plan', 'front-desk', { limit: 20, records: 3 }],
      ['apply', 'front-desk', { by: 'jo', hash: 'abc123' }],
    ]);
  });

  it('does nothing when the answer is no, and exits with 1', async () => {
    const { exitCode, err, calls } = await runCommandLine(['apply', 'front-desk'], { answer: false });
    expect(exitCode).toBe(1);
    expect(err).toContain('Cancelled. Nothing was changed.');
    expect(calls.map(([name]) => name)).toEqual(['plan']);
  });

  it('refuses to run without a terminal for the confirmation, instead of waiting', async () => {
    const { exitCode, err, calls } = await runCommandLine(['apply', 'front-desk']);
    expect(exitCode).toBe(1);
    expect(err).toContain('--yes');
    expect(calls.map(([name]) => name)).toEqual(['plan']);
  });

  it('accepts --yes together with everything else that a person must confirm', async () => {
    const { calls, questions } = await runCommandLine(['apply', 'x', '--yes', '--replace-all', '--without', '3', '--new-system'], {
      answer: false,
    });
    expect(questions).toEqual([]);
    expect(calls.at(-1)).toEqual(['apply', 'x', { by: 'jo', hash: 'abc123', replaceAll: true, without: 3, system: 'new' }]);
  });

  it.each<readonly [string, readonly string[], Partial<PlanReport>, string]>([
    ['removes people', [], { replaces: 'Sine removes everyone', without: 2 }, '--replace-all --without 2'],
    ['drops people without a valid row', ['--replace-all'], { without: 2 }, '--replace-all --without 2'],
    ['may be at another system', [], { otherSystem: true }, '--same-system'],
    ['may be another target', [], { refusal: { message: 'no', hint: 'Rename it.' } }, 'Rename it.'],
  ])('is refused before the question when the product %s', async (_, options, more, wayOut) => {
    const plan = () => Promise.resolve({ ...sample.plan, ...more });
    const { exitCode, err, calls, questions } = await runCommandLine(['apply', 'front-desk', ...options], { answer: true, api: { plan } });
    expect({ exitCode, questions, calls }).toEqual({ exitCode: 1, questions: [], calls: [] });
    expect(err).toContain(wayOut);
  });

  it('distinguishes --same-system from --new-system', async () => {
    const { calls } = await runCommandLine(['apply', 'x', '--yes', '--same-system']);
    expect(calls.at(-1)?.[2]).toMatchObject({ system: 'same' });
  });

  const again = { what: 'people', newSystem: false, forgotten: 16, notSent: 0, mayDouble: 0 } as const;

  it.each<readonly [string, readonly string[], NonNullable<PlanReport['again']>, string]>([
    [
      'to a new system',
      ['--new-system'],
      { ...again, newSystem: true },
      'Apply to x (4 actions, 1 person removed, bypasses the Guard, 16 people remain in the old system)?',
    ],
    [
      'to a product that was emptied',
      ['--resend'],
      again,
      'Send all records to x again (4 actions, 1 person removed, bypasses the Guard)?',
    ],
    [
      'to a product without look-ups, with people who are not sent',
      ['--resend'],
      { ...again, notSent: 3, mayDouble: 2 },
      'Send all records to x again (4 actions, 1 person removed, bypasses the Guard, 2 records duplicated if they still exist, 3 people no longer managed if x was not emptied)?',
    ],
  ])('%s says in its confirmation what happens to the people there', async (_, words, shown, question) => {
    const plan = { ...sample.plan, target: 'x', otherSystem: false, again: shown, clocks: noClocks };
    const { questions, calls } = await runCommandLine(['apply', 'x', ...words], {
      answer: true,
      api: { plan: () => Promise.resolve(plan) },
    });
    expect(questions).toEqual([question]);
    expect(calls.at(-1)?.[2]).toMatchObject(words.includes('--resend') ? { resend: true } : { system: 'new' });
  });

  it('says that a file is written again, even if no person changed', async () => {
    const { out } = await runCommandLine(['apply', 'x', '--resend', '--yes'], {
      api: {
        plan: () => Promise.resolve({ ...sample.plan, again: { ...again, what: 'file' } }),
        apply: () =>
          Promise.resolve({ target: 'x', state: 'live', waits: false, actions: nothing, clocks: { begins: 0, changes: 0, ends: 0 } }),
      },
    });
    expect(out).toContain('Applied. x is live: the output file will be written again. See: `./vestibule status');
  });

  it('names the people whose leaver delays it started, changed and ended', async () => {
    const { out } = await runCommandLine(['apply', 'x', '--yes'], {
      api: {
        apply: () =>
          Promise.resolve({ target: 'x', state: 'live', waits: false, actions: nothing, clocks: { begins: 3, changes: 1, ends: 2 } }),
      },
    });
    expect(out).toContain(
      'Applied. x is live: a leaver delay began for 3 people, the leaver delay changed for 1 person, the leaver delay was cancelled for 2 people. See:',
    );
  });

  it('says what a Target waits for when it goes live automatically', async () => {
    const { out } = await runCommandLine(['apply', 'front-desk', '--yes']);
    expect(out).toContain('front-desk goes live automatically after the first cycle: nothing came yet.');
  });

  it('prints only the result to standard output with --json', async () => {
    const { out, err } = await runCommandLine(['apply', 'x', '--yes', '--json']);
    expect(JSON.parse(out)).toEqual(sample.applyReport);
    expect(err).toContain('Plan for front-desk');
  });
});

describe('forget and rename', () => {
  it('forget shows what remains in the product, asks for confirmation, and forgets', async () => {
    const { exitCode, err, out, questions, calls } = await runCommandLine(['forget', 'lobby'], { answer: true });
    expect(exitCode).toBe(0);
    expect(err.split('\n')).toEqual([
      'lobby (Sine (host CSV)): 217 people remain in the product, 214 active and 3 deactivated. Vestibule no longer manages them.',
      'The remaining leaver steps of 2 people are cancelled.',
      '1 delivery is unconfirmed. It is not retried; if its record reached the product, the record remains there.',
      'The file /drops/lobby.csv is not deleted.',
      'Vestibule deletes everything that it knows about this target, including its history.',
    ]);
    expect(questions).toEqual(['Forget lobby (217 people remain in the product)?']);
    expect(calls).toEqual([
      ['forgetting', 'lobby'],
      ['forget', 'lobby', 'jo'],
    ]);
    expect(out).toBe('lobby is forgotten.');
  });

  it('forget does nothing when the answer is no, and does not ask with --yes', async () => {
    const refused = await runCommandLine(['forget', 'lobby'], { answer: false });
    expect(refused.exitCode).toBe(1);
    expect(refused.calls.map(([name]) => name)).toEqual(['forgetting']);
    const { out, questions } = await runCommandLine(['forget', 'lobby', '--yes', '--json'], { answer: false });
    expect(questions).toEqual([]);
    expect(JSON.parse(out)).toEqual(sample.forgetReport);
  });

  it('rename says where the file is now, and which file stays', async () => {
    const { out, calls } = await runCommandLine(['rename', 'lobby', 'reception']);
    expect(calls).toEqual([['rename', 'lobby', 'reception', 'jo']]);
    expect(out.split('\n')).toEqual([
      'lobby is now named reception (live); its people and history are kept.',
      'Its file is now /drops/reception.csv. Vestibule is writing it now. Configure the product to read this file.',
      'The old file /drops/lobby.csv is kept but no longer written. Remove it when the product no longer reads it.',
    ]);
    const paused = { ...sample.renameReport, state: 'paused' } as const;
    const later = await runCommandLine(['rename', 'lobby', 'reception'], { api: { rename: () => Promise.resolve(paused) } });
    expect(later.out).toContain('Vestibule will write it when reception is live');
  });
});

/** The text without the temporary folder of this test. */
function withoutFolders(text: string): string {
  return text.replaceAll(/--data [^\s`]+/g, 'FOLDERS');
}

describe('accept and reject', () => {
  it('accept shows the people of the hold and the reason, asks for confirmation, and releases what was shown', async () => {
    const { exitCode, err, out, questions, calls } = await runCommandLine(['accept', 'front-desk', '17'], { answer: true });
    expect(exitCode).toBe(0);
    expect(withoutFolders(err).split('\n')).toEqual([
      'Hold 17 of front-desk (1 d ago): 31 removals; the limit is 25 within 24 h',
      '  deactivate  Anna Berg (anna@contoso.com)  is out of scope, since 2026-03-02 08:30 UTC',
      '  delete      bert@contoso.com [deleted]    was deleted in the directory, since 2026-03-03 08:30 UTC',
      '  … and 29 more: `./vestibule list front-desk --held --limit 43 FOLDERS`',
    ]);
    expect(questions).toEqual(['Release 31 removals at front-desk?']);
    expect(calls).toEqual([
      ['holds', 'front-desk', { hold: 17 }],
      ['accept', 'front-desk', { hold: 17, revision: 40, by: 'jo' }],
    ]);
    expect(out).toBe('31 actions were released at front-desk.');
  });

  it.each(['accept', 'reject'])('%s does nothing when the answer is no, and requires --yes without a terminal', async (name) => {
    const no = await runCommandLine([name, 'front-desk'], { answer: false });
    expect([no.exitCode, no.calls.map(([call]) => call)]).toEqual([1, ['holds']]);
    expect((await runCommandLine([name, 'front-desk'])).exitCode).toBe(1);
    const yes = await runCommandLine([name, 'front-desk', '--yes', '--json']);
    expect(yes.calls.at(-1)).toEqual([name, 'front-desk', { hold: 17, revision: 40, by: 'jo' }]);
    expect(JSON.parse(yes.out)).toEqual(name === 'accept' ? { released: 31, left: 0 } : { rejected: 31, left: 2 });
  });

  it.each(['accept', 'reject'])('%s --person affects only these people', async (name) => {
    const report = { ...sample.holds, holds: sample.holds.holds.map((hold) => ({ ...hold, chosen: 2 })) };
    const asked: unknown[] = [];
    const { calls, questions, err, out } = await runCommandLine(
      [name, 'front-desk', '--person', 'Anna Berg', '--person', 'bert@contoso.com'],
      {
        answer: true,
        api: {
          holds: (...given) => {
            asked.push(given);
            return Promise.resolve(report);
          },
        },
      },
    );
    expect(asked).toEqual([['front-desk', { persons: ['Anna Berg', 'bert@contoso.com'] }]]);
    expect(questions).toEqual([`${name === 'accept' ? 'Release' : 'Reject'} 2 removals at front-desk?`]);
    expect(err).not.toContain('more');
    if (name === 'reject')
      expect(out).toContain('Undo: `./vestibule withdraw front-desk --person "Anna Berg" --person bert@contoso.com --data');
    expect(calls.at(-1)).toEqual([name, 'front-desk', { hold: 17, revision: 40, persons: ['a1', 'b2'], by: 'jo' }]);
  });

  it('a name without a held action ends the command before it asks', async () => {
    const refused = new CommandRefused('not on hold at front-desk: ana', { hint: 'similar to ana: Anna Berg (anna@contoso.com)' });
    const { exitCode, err, questions } = await runCommandLine(['accept', 'front-desk', '--person', 'ana'], {
      answer: true,
      api: { holds: () => Promise.reject(refused) },
    });
    expect([exitCode, questions]).toEqual([1, []]);
    expect(err).toBe('vestibule: not on hold at front-desk: ana\n  -> similar to ana: Anna Berg (anna@contoso.com)');
  });

  it('reject says how to undo it, and how many people joined the hold after it was shown', async () => {
    const { out } = await runCommandLine(['reject', 'front-desk', '17'], { answer: true });
    expect(withoutFolders(out)).toBe(
      '31 records stay unchanged at front-desk. 2 actions joined the hold after it was shown and stay on hold. Undo: `./vestibule withdraw front-desk FOLDERS`',
    );
  });

  it('accept reports when the Delivery is no longer on hold', async () => {
    const { out } = await runCommandLine(['accept', 'front-desk', '--yes'], {
      api: { accept: () => Promise.resolve({ released: 0, left: 1 }) },
    });
    expect(out).toBe(
      'Nothing was released at front-desk: the actions shown are no longer on hold. 1 action joined the hold after it was shown and stays on hold.',
    );
  });

  it('accept of several holds lists what was done before one was no longer open', async () => {
    const two = {
      ...sample.holds,
      holds: sample.holds.holds.flatMap((hold) => [hold, { ...hold, number: 18, what: 'changes' as const, chosen: 1 }]),
    };
    const { exitCode, err, questions } = await runCommandLine(['accept', 'front-desk'], {
      answer: true,
      api: {
        holds: () => Promise.resolve(two),
        accept: (_, { hold }) =>
          hold === 17
            ? Promise.resolve({ released: 31, left: 0 })
            : Promise.reject(new CommandRefused('hold 18 of front-desk is not open')),
      },
    });
    expect(questions).toEqual(['Release 31 removals and 1 change at front-desk?']);
    expect(exitCode).toBe(1);
    expect(err).toContain('Actions completed before the error: 31.\nvestibule: hold 18 of front-desk is not open');
  });
});

describe('withdraw', () => {
  it('shows the rejections, asks for confirmation, and withdraws those that were shown', async () => {
    const { err, out, questions, calls } = await runCommandLine(['withdraw', 'front-desk'], { answer: true });
    expect(withoutFolders(err).split('\n')).toEqual([
      '3 rejections at front-desk',
      '  Anna Berg (anna@contoso.com)  removal rejected by mira, 2026-03-02 08:30 UTC; reason: out of scope',
      '  … and 2 more: `./vestibule list front-desk --rejected --limit 3 FOLDERS`',
      'Removals that are still due are planned again. The Guard counts them; below the limit they are sent immediately.',
    ]);
    expect(questions).toEqual(['Withdraw 3 rejections at front-desk?']);
    expect(calls).toEqual([
      ['rejections', 'front-desk'],
      ['withdraw', 'front-desk', { asOf: sample.rejections.now, by: 'jo' }],
    ]);
    expect(out).toBe('3 rejections were withdrawn at front-desk.');
  });

  it('accepts single people, and --yes', async () => {
    const one = { ...sample.rejections, count: 1 };
    const { calls } = await runCommandLine(['withdraw', 'front-desk', '--person', 'anna@contoso.com', '--yes', '--json'], {
      api: { rejections: () => Promise.resolve(one) },
    });
    expect(calls.at(-1)).toEqual(['withdraw', 'front-desk', { persons: ['a1'], asOf: one.now, by: 'jo' }]);
    expect((await runCommandLine(['withdraw', 'front-desk'])).exitCode).toBe(1);
  });
});

describe('draft, pause, resume, retry', () => {
  it.each([
    [['draft', 'x'], ['draft', 'x', 'jo'], 'is a draft again'],
    [['pause', 'x'], ['pause', 'x', 'jo'], '`./vestibule resume front-desk --data'],
    [['resume', 'x'], ['resume', 'x', 'jo'], 'front-desk is live again'],
    [['retry', 'x'], ['retry', 'x'], '2 parked deliveries are retried. 1 delayed delivery is retried now. x was down. Retrying now.'],
    [['retry', 'x', 'anna@contoso.com'], ['retry', 'x', 'anna@contoso.com'], '2 parked deliveries'],
  ])('%j runs and prints the effect', async (argv, call, said) => {
    const { exitCode, calls, out } = await runCommandLine(argv);
    expect(exitCode).toBe(0);
    expect(calls).toEqual([call]);
    expect(out).toContain(said);
  });

  it.each([
    [{ running: false }, 'Vestibule is not running; it retries when it starts.'],
    [{ state: 'paused' as const, obstacle: 'x was paused by jo.' }, 'x was paused by jo.'],
    [{ state: 'refused' as const }, 'x rejected the credentials. Retrying now.'],
  ])('retry with %j says when the Target is retried', async (change, said) => {
    const { out } = await runCommandLine(['retry', 'x'], { api: { retry: () => Promise.resolve({ ...sample.retryReport, ...change }) } });
    expect(out).toContain(said);
    expect(out).not.toContain('was down');
  });

  it('retry reports the people who are parked because another person matches the same record', async () => {
    const { out } = await runCommandLine(['retry', 'x', 'anna'], {
      api: { retry: () => Promise.resolve({ ...sample.retryReport, queued: 0, blocked: 1, sooner: 0, wasDown: false }) },
    });
    expect(out).toContain(
      '1 parked delivery is checked again: another person matches the same record. If the two people still match the same record, correct the',
    );
    expect(out).toMatch(/vestibule list x --parked\b/);
    expect(out).not.toContain('Nothing is parked');
  });

  it('retry reports that nothing was parked', async () => {
    const { out } = await runCommandLine(['retry', 'x', 'anna'], {
      api: { retry: () => Promise.resolve({ ...sample.retryReport, queued: 0, sooner: 0, wasDown: false }) },
    });
    expect(out).toBe('Nothing is parked for anna, and nothing is delayed.');
  });
});

describe('token', () => {
  it('create --print puts the token alone on standard output', async () => {
    const { exitCode, out, err, calls } = await runCommandLine([
      'token',
      'create',
      '--label',
      'entra',
      '--source',
      'hr',
      '--expires',
      '180d',
      '--print',
    ]);
    expect(exitCode).toBe(0);
    expect(out).toBe('vst_abc');
    expect(err).toContain('https://hosts.contoso.com/scim');
    expect(calls).toEqual([['createToken', { label: 'entra', source: 'hr', expiresInMs: 180 * 86_400_000 }]]);
  });

  it('create --oauth shows the four fields of the portal', async () => {
    const client = { ...sample.newToken, token: { ...sample.token, use: 'client' as const }, newSource: false };
    const argv = ['token', 'create', '--label', 'entra', '--oauth', '--print'];
    const fileDefinitions: unknown[] = [];
    const createToken = (fileDefinition: unknown) => {
      fileDefinitions.push(fileDefinition);
      return Promise.resolve(client);
    };
    const { out, err } = await runCommandLine(argv, { api: { createToken } });
    expect(fileDefinitions).toEqual([{ label: 'entra', use: 'client' }]);
    expect(out).toBe('vst_abc');
    expect(err).toContain('Tenant URL         https://hosts.contoso.com/scim\n');
    expect(err).toContain('Token Endpoint     https://hosts.contoso.com/scim/oauth/token\n');
    expect(err).toContain('Client Identifier  default\n');
    expect(err).toContain('Client Secret, shown only once:');
    expect(err).not.toContain('is new');
  });

  it('create says when the Source is new', async () => {
    const { err } = await runCommandLine(['token', 'create', '--label', 'entra', '--source', 'defautl', '--print']);
    expect(err).toContain('Source default is new. If this is a mistake, revoke token 3');
  });

  it('create says where it created a store, because the folder may be a mistake', async () => {
    const { err } = await runCommandLine(['token', 'create', '--label', 'entra', '--print', '--data', '/srv/slip'], { madeStore: true });
    expect(err).toContain('Created a new store in /srv/slip');
  });

  it('create shows the token on the terminal', async () => {
    const { out } = await runCommandLine(['token', 'create', '--label', 'entra'], { watched: true });
    expect(out).toBe('vst_abc');
  });

  it('create issues no token when its output is not shown on a terminal', async () => {
    const { exitCode, err, calls } = await runCommandLine(['token', 'create', '--label', 'entra']);
    expect(exitCode).toBe(1);
    expect(err).toContain('--print');
    expect(calls).toEqual([]);
  });

  it('create --json prints the token with its details', async () => {
    const { out } = await runCommandLine(['token', 'create', '--label', 'entra', '--json']);
    expect(JSON.parse(out)).toMatchObject({ text: 'vst_abc', tenantUrl: 'https://hosts.contoso.com/scim', token: { id: 3 } });
  });

  it.each([
    [['token', 'extend', '3', '--expires', '12h'], ['extendToken', 3, 12 * 3_600_000], 'expires on 2026-03-03 08:30 UTC'],
    [['token', 'extend', '3', '--expires', 'never'], ['extendToken', 3], 'expires on 2'],
    [['token', 'revoke', '3', '--yes'], ['revokeToken', 3], 'is revoked'],
  ])('%j', async (argv, call, said) => {
    const { exitCode, calls, out } = await runCommandLine(argv);
    expect(exitCode).toBe(0);
    expect(calls).toEqual([call]);
    expect(out).toContain(said);
  });

  it('revoke asks for confirmation', async () => {
    const { exitCode, calls } = await runCommandLine(['token', 'revoke', '3'], { answer: false });
    expect(exitCode).toBe(1);
    expect(calls).toEqual([]);
  });
});

describe('check', () => {
  const problem = {
    file: 'config/targets/x.yaml',
    line: 3,
    path: 'scope',
    message: 'is not a list',
    hint: 'a list',
    level: 'problem',
  } as const;
  const note = { file: 'config/targets/x.yaml', path: '', message: 'people stay', level: 'note' } as const;

  it('exits with 0 when there are no problems', async () => {
    const { exitCode, out, opened } = await runCommandLine(['check', '--config', '/srv/config']);
    expect({ exitCode, opened }).toEqual({ exitCode: 0, opened: 0 });
    expect(out).toBe(
      'No problems: 2 targets, 1 connector.\nConfiguration read by this process from /srv/config, using the secrets, programs and folders of this machine and user.',
    );
  });

  it('exits with 2 when there are problems, grouped by file, each with line, path and hint', async () => {
    const { exitCode, out } = await runCommandLine(['check'], { problems: [problem, { ...problem, file: 'config/vestibule.yaml' }, note] });
    expect(exitCode).toBe(2);
    expect(out.match(/^config\/.*$/gm)).toEqual(['config/targets/x.yaml', 'config/vestibule.yaml']);
    expect(out).toContain('problem  line 3, scope: is not a list\n    -> a list');
    expect(out).toContain('2 problems, 1 note');
  });

  it.each([
    [[], 0],
    [['--strict'], 2],
  ])('with warnings only and %j exits with %i', async (options, exitCode) => {
    expect((await runCommandLine(['check', ...options], { problems: [note] })).exitCode).toBe(exitCode);
  });

  it('uses the running daemon, unless --config names a folder other than the daemon’s', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vestibule-cli-'));
    const daemon = sample.sampleApi({
      check: () =>
        Promise.resolve({ problems: [], read: { folder: '/config', targets: 3, connectors: 2, by: 'daemon' }, destinations: [] }),
    });
    const listener = await listenOnSocket(createAdminApp(daemon.api, { log: silentLogger, trust: 'socket' }), folder);
    const unnamed = await runCommandLine(['check'], { dataDir: folder });
    const same = await runCommandLine(['check', '--config', '/x/../config/'], { dataDir: folder });
    const other = await runCommandLine(['check', '--config', '/srv/other'], { dataDir: folder });
    await listener.close();
    await rm(folder, { recursive: true });
    const byDaemon = 'No problems: 3 targets, 2 connectors.\nConfiguration read by the running daemon from /config.';
    expect([unnamed.out, same.out]).toEqual([byDaemon, byDaemon]);
    expect(other.out).toContain('Configuration read by this process from /srv/other');
  });

  it('prints the list as JSON on request', async () => {
    const { exitCode, out } = await runCommandLine(['check', '--json'], { problems: [problem] });
    expect(exitCode).toBe(2);
    expect(JSON.parse(out)).toEqual({
      problems: [problem],
      read: { folder: resolve('./config'), targets: 2, connectors: 1, by: 'this process' },
      destinations: [],
    });
  });
});

describe('start', () => {
  it('serves until it receives a stop signal, then stops the daemon', async () => {
    const { exitCode, started, stopped } = await runCommandLine([
      'start',
      '--listen',
      '0.0.0.0:8080',
      '--plain-http',
      'behindProxy',
      '--admin-listen',
      '[::1]:0',
    ]);
    expect(exitCode).toBe(0);
    expect(started).toMatchObject([{ listen: '0.0.0.0:8080', plainHttp: 'behindProxy', adminListen: '[::1]:0' }]);
    expect(stopped).toBe(1);
  });

  it('prints the Tenant URL, how to create a token, and the next step', async () => {
    const { err, out } = await runCommandLine(['start', '--data', '/srv/my data'], {
      watched: true,
    });
    expect(err).toContain('https://hosts.contoso.com/scim');
    expect(err).toContain('`./vestibule token create --label entra --print --data "/srv/my data"`');
    expect(err).toContain('Entra portal');
    expect(out).toBe('');
  });

  it('names the Source in the token command when there are several Sources', async () => {
    const { out } = await runCommandLine(['start'], { sources: ['hq', 'plant2'] });
    expect(JSON.parse(out)).toMatchObject({ token: expect.stringContaining('token create --source hq --label entra --print') });
    expect(out).toContain('(one for each source: hq, plant2)');
  });

  it('prints where the first token was written', async () => {
    const { err } = await runCommandLine(['start'], { watched: true, firstToken: { file: '/srv/data/first-token' } });
    expect(err).toContain('cat /srv/data/first-token');
    expect(err).not.toContain('token create');
  });

  it('prints the command that reads the first token as it is typed there', async () => {
    const firstToken = { file: join(process.cwd(), 'data', 'first-token') };
    const container = { wrapper: 'docker compose exec vestibule' };
    const watched = await runCommandLine(['start'], { watched: true, firstToken });
    expect(watched.err).toContain(`\`cat ${join('data', 'first-token')}\``);
    const logged = await runCommandLine(['start'], { firstToken });
    expect(logged.out).toContain(`\`cat ${firstToken.file}\``);
    const wrapped = await runCommandLine(['start'], { firstToken: { file: '/data/first-token' }, invocation: container });
    expect(wrapped.out).toContain('`docker compose exec vestibule cat /data/first-token`');
  });

  it('prints the same as one JSON line without a terminal', async () => {
    const { out, err } = await runCommandLine(['start']);
    expect(err).toBe('');
    expect(JSON.parse(out)).toMatchObject({
      msg: 'ready',
      level: 'info',
      tenantUrl: 'https://hosts.contoso.com/scim',
      token: expect.stringContaining('token create'),
    });
  });

  it('reports a store that cannot be opened and exits with 1', async () => {
    const { exitCode, err } = await runCommandLine(['start'], { startFails: new StoreError('another daemon has the store open') });
    expect(exitCode).toBe(1);
    expect(err).toContain('another daemon has the store open');
  });
});
