import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import type { PlanReport } from '../../src/admin/reports/plan-report.ts';
import type { StatusReport } from '../../src/admin/reports/status-report.ts';
import type { WhyReport } from '../../src/admin/reports/why-report.ts';
import { showLog } from '../../src/cli/output/log.ts';
import { showPersonPlan } from '../../src/cli/output/plan-person.ts';
import { showPlan } from '../../src/cli/output/plan.ts';
import { showStatus } from '../../src/cli/output/status.ts';
import { createStyle } from '../../src/cli/output/style.ts';
import { renderTable } from '../../src/cli/output/table.ts';
import { showTokens } from '../../src/cli/output/tokens.ts';
import { showWhy } from '../../src/cli/output/why.ts';
import { showAge, showCount } from '../../src/domain/wording.ts';
import { toPlainJson, withoutControls } from '../../src/cli/output/format.ts';
import * as sample from '../admin/sample-api.ts';

const plain = createStyle(false);

describe('a table', () => {
  it('aligns its columns, numbers on the right, and omits columns that are empty in every row', () => {
    expect(
      renderTable(
        [{ heading: 'NAME' }, { heading: 'N', right: true }, { heading: 'NOTE' }],
        [
          ['a', '1'],
          ['bbb', '200', ''],
        ],
      ),
    ).toEqual(['NAME    N', 'a       1', 'bbb   200']);
  });

  it('is rendered with 200,000 rows', () => {
    expect(
      renderTable(
        [{ heading: 'A' }],
        Array.from({ length: 200_000 }, () => ['a']),
      ),
    ).toHaveLength(200_001);
  });

  it('without rows has no lines', () => {
    expect(renderTable([{ heading: 'A' }], [])).toEqual([]);
  });

  it.each([
    ['Müller', 6],
    ['Mu\u0308ller', 6],
    ['田中', 4],
    ['ｱ', 1],
    ['한', 2],
    ['👩', 2],
    ['👩‍👩‍👧', 2],
    ['🇩🇪', 2],
    ['❤️', 2],
    ['นํ้า', 2],
    ['\u001b[31mred\u001b[39m', 3],
    ['', 0],
  ])('uses the terminal width of %j', (text, width) => {
    const [, line = ''] = renderTable(
      [{ heading: '' }, { heading: '' }],
      [
        [text, '|'],
        ['x'.repeat(10), '|'],
      ],
    );
    expect(line).toBe(`${text}${' '.repeat(10 - width)}  |`);
  });

  it('starts the second column of every line at the same position, regardless of the width of the first', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 12 }), { minLength: 1, maxLength: 8 }), (cells) => {
        const lines = renderTable(
          [{ heading: 'A' }, { heading: 'B' }],
          cells.map((cell) => [withoutControls(cell), '|']),
        );
        const places = lines.slice(1).map((line) => stringWidth(line.slice(0, line.lastIndexOf('|'))));
        expect(new Set(places).size).toBe(1);
      }),
      { numRuns: 200 },
    );
  });
});

describe('showAge', () => {
  const now = new Date('2026-03-02T12:00:00Z');
  it.each([
    [undefined, 'never'],
    ['2026-03-02T12:00:00.000Z', 'now'],
    ['2026-03-02T11:59:01Z', '59 s ago'],
    ['2026-03-02T11:59:00Z', '1 min ago'],
    ['2026-03-02T09:00:01Z', '2 h ago'],
    ['2026-02-28T12:00:00Z', '2 d ago'],
    ['2026-03-02T12:15:00Z', 'in 15 min'],
  ])('of %s returns %j', (at, shown) => {
    expect(showAge(at === undefined ? undefined : new Date(at), now)).toBe(shown);
  });

  it('agree with their number, singular or plural', () => {
    expect([showCount(1, 'person', 'people'), showCount(2998, 'person', 'people'), showCount(0, 'person', 'people')]).toEqual([
      '1 person',
      '2,998 people',
      '0 people',
    ]);
  });

  it('keep Dates and structure when control characters are replaced', () => {
    const at = new Date();
    expect(withoutControls({ at, list: ['a\u0007b'], 'k\u001b': 1, none: null })).toEqual({ at, list: ['a b'], 'k ': 1, none: null });
  });
});

describe('status', () => {
  const shown = showStatus(sample.status, plain);

  it.each([
    ['the version and that a daemon runs', 'Vestibule 0.1.0, running'],
    ['the Tenant URL', 'https://hosts.contoso.com/scim'],
    ['that the store is read-only, and why', 'READ-ONLY: the disk is full'],
    ['the first cycle of a Source', 'first cycle finished'],
    ['when a Source last connected', '1 d ago'],
    [
      'the age of a hold, its reason, the first people, and the commands that end it',
      [
        '  - hold 17 (1 d ago): 31 removals; the limit is 25 within 24 h',
        '      Anna Berg (anna@contoso.com), bert@contoso.com [deleted] and 29 more',
        '      release: `vestibule accept front-desk 17`',
        '      reject: `vestibule reject front-desk 17`\n',
      ].join('\n'),
    ],
    [
      'parked people by name, and how they are tried again',
      [
        '  - 2 parked people',
        '      bert@contoso.com [deleted]: the create was rejected',
        '      … and 1 more',
        '      see: `vestibule list front-desk --parked`',
        '      retry: `vestibule retry front-desk`\n',
      ].join('\n'),
    ],
    [
      'people without a valid row by name, and how to see them all',
      [
        '  - 5 people in scope without a valid row',
        '      Cleo Dahl (cleo@contoso.com): Email is empty',
        '      … and 4 more',
        '      see: `vestibule list front-desk --no-row`\n',
      ].join('\n'),
    ],
    ['the last answer of the Target', 'answered 503'],
    [
      'an edit that waits, with what it would do and to whom first',
      [
        '  - configuration changed but not applied: scope, mapping.Group Name',
        '      effect of the edit: 12 actions',
        '      a leaver delay begins for 31 people: delete from 2026-03-03 08:30 UTC',
        '      the leaver delay changes for 1 person: deactivate from 2026-03-02 08:30 UTC',
        '      the leaver delay is cancelled for 1 person',
        '      more removals than the Guard allows; the Guard will hold them when they are due',
        '      first people: Anna Berg (anna@contoso.com) and 30 more',
        '      see: `vestibule plan front-desk`',
        '      then: `vestibule apply front-desk`\n',
      ].join('\n'),
    ],
    ['deactivated people without a further step', '12 deactivated people: no further step in leavers.gone'],
    ['a note', 'the group "Visitor Hosts" is now named "VMS Hosts"'],
    ['a problem of a file', 'line 3, scope: is not a list'],
  ])('shows %s', (_, part) => {
    expect(shown).toContain(part);
  });

  it('does not propose `retry` for people who are parked at a target that gets whole files', () => {
    const file = showStatus({ ...sample.status, targets: [{ ...sample.targetReport, takesFiles: true }] }, plain);
    expect(file).toContain('      see: `vestibule list front-desk --parked`\n');
    expect(file).not.toContain('vestibule retry');
  });

  it('shows when the first cycle of a source ends', () => {
    expect(shown).toContain('\nThe first cycle of hr ends at 2026-03-03 08:30 UTC if the directory sends no further change.\n');
    expect(shown).not.toContain('The first cycle of default');
  });

  it('lists the holds first, in the order in which `accept` shows them', () => {
    const [hold] = sample.targetReport.holds;
    const holds = [18, 19].map((number) => ({ ...hold!, number }));
    const text = showStatus({ ...sample.status, targets: [{ ...sample.targetReport, holds }] }, plain);
    const order = ['hold 18', 'hold 19', 'parked people', 'without a valid row', 'configuration changed'].map((part) => text.indexOf(part));
    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  it.each(['draft', 'live', 'paused', 'refused', 'orphaned'] as const)(
    'has no line longer than 140 characters for a target that is %s',
    (state) => {
      const report = { ...sample.status, running: false, targets: [{ ...sample.targetReport, state }] };
      expect(
        showStatus(report, plain)
          .split('\n')
          .filter((line) => line.length > 140),
      ).toEqual([]);
    },
  );

  it('lists deactivated people as information, after the problems', () => {
    expect(shown).toContain(
      '\n  - the group "Visitor Hosts" is now named "VMS Hosts"\n    12 deactivated people: no further step in leavers.gone',
    );
  });

  it('says that nothing is sent, and does not say that a target is retried, while Vestibule is not running', () => {
    const text = showStatus({ ...sample.status, running: false }, plain);
    expect(text).toContain('not running (this command read the store); nothing is sent\nTo start it: `vestibule start`\n');
    expect(text).toContain('\n  - last failure: answered 503\n');
    expect(text).not.toMatch(/next attempt|retrying now/);
  });

  it('says that a target is retried now when its waiting time is over', () => {
    const { downUntil: _, ...target } = sample.targetReport;
    expect(showStatus({ ...sample.status, targets: [target] }, plain)).toContain('retrying now; last failure: answered 503');
    const deliveries = { ...target.deliveries, queued: 0 };
    const idle = showStatus({ ...sample.status, targets: [{ ...target, deliveries }] }, plain);
    expect(idle).toContain('last failure: answered 503');
    expect(idle).not.toContain('tried now');
  });

  it('prints one line for a Target without problems', () => {
    const { trouble: _t, downUntil: _d, waiting: _w, ...calm } = sample.targetReport;
    const target = {
      ...calm,
      trouble: '',
      holds: [],
      notes: [],
      leaverDelays: [],
      leaversDone: {},
      noRows: 0,
      deliveries: { ...calm.deliveries, parked: 0, held: 0 },
    };
    const lines = showStatus({ ...sample.status, targets: [target], problems: [] }, plain).split('\n');
    expect(lines.filter((line) => line.includes('front-desk'))).toHaveLength(1);
  });

  it.each([
    ['draft', '`vestibule apply front-desk`'],
    ['paused', 'paused by jo 1 d ago: upgrade\n      resume: `vestibule resume front-desk`\n'],
    ['refused', 'has been rejecting the credentials since 2026-03-02 08:30 UTC'],
    ['orphaned', 'nothing is sent and no one is removed'],
  ] as const)('says what a Target that is %s needs', (state, part) => {
    expect(showStatus({ ...sample.status, targets: [{ ...sample.targetReport, state }] }, plain)).toContain(part);
  });

  it('is useful without data and without a daemon', () => {
    const empty: StatusReport = { ...sample.status, running: false, sources: [], people: 0, targets: [], problems: [] };
    const text = showStatus(empty, plain);
    expect(text).toContain('not running');
    expect(text).toContain('No identity provider has connected yet.');
    expect(text).toContain('No targets yet');
  });
});

describe('a target with a missing file', () => {
  const orphaned = { ...sample.targetReport, state: 'orphaned' as const };
  const text = showStatus({ ...sample.status, targets: [orphaned] }, plain);

  it('proposes every way to continue', () => {
    expect(text).toContain(
      'Restore the file\n      to rename the target: `vestibule rename front-desk NEW`\n      to remove the target: `vestibule forget front-desk`',
    );
  });

  it('is shown as never applied until it is forgotten', () => {
    const lines = showStatus({ ...sample.status, targets: [{ ...orphaned, applied: false }] }, plain);
    expect(lines).toContain('never applied, and its file has been missing since');
    expect(lines).toContain('Restore the file\n      to remove the target: `vestibule forget front-desk`');
    expect(lines).not.toContain('rename');
  });

  it('is not shown as retrying: nothing is sent to it', () => {
    expect(text).not.toMatch(/tried again|last failure|vestibule retry/);
  });
});

const noClocks = { begins: [], changes: [], ends: [] };

describe('a plan', () => {
  const lines = showPlan({ ...sample.plan, otherSystem: true }, plain).split('\n');
  const at = (part: string) => lines.findIndex((line) => line.includes(part));

  it('shows first whether the cycle runs, then whom each condition excludes, then the Actions, then the rest', () => {
    const order = [
      'The first cycle is still running.',
      'excluded by “no contractors”',
      'in scope',
      'create 2, update 1, delete 1',
      'Anna Berg',
      'no valid row',
    ].map(at);
    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  it.each([
    ['what apply releases past the Guard', 'Applying this plan bypasses the Guard: it removes 31 of 214 people (14%).'],
    ['what the Guard would hold without apply', 'Otherwise the Guard would hold: 31 removals, more than 25'],
    ['whose leaver delay begins', 'A leaver delay begins for 31 people:'],
    [
      'why, the first step, when it is due and who is first',
      '  31 out of scope: condition “hosts” is false; delete is due on 2026-03-03 08:30 UTC: Anna Berg (anna@contoso.com) and 30 more',
    ],
    [
      'a leaver delay that changes',
      '  1 not active in the directory (blocked, unassigned or soft-deleted); deactivate is due on 2026-03-02 08:30 UTC; the next step was due on 2026-03-03 08:30 UTC: Cleo',
    ],
    ['a leaver delay that ends', '  1 deleted in the directory; delete was due on 2026-03-03 08:30 UTC: bert@contoso.com [deleted]'],
    ['that the Guard will hold', 'The Guard will hold these removals when they are due: 32 removals; the limit is 25 within 24 h'],
    [
      'what is in progress',
      'In progress: 12 queued, 1 in doubt, 31 held by the Guard, 2 parked, 1 without a valid row; see: `vestibule list front-desk`',
    ],
    ['an open hold', 'Hold 17 has 31 removals. Applying this plan releases only the actions listed here;'],
    ['the first records as they would be sent', '  create  Anna Berg (anna@contoso.com)'],
    ['every field of these records', '      Email: "anna@contoso.com"'],
    ['each Action with its cause', '~ update  Anna Berg (anna@contoso.com)  (out of scope: condition “no contractors” is false)'],
    ['the fields that differ', 'Site: {"at":"2026-03-02"} -> "2026-03-03T08:30:00.000Z"'],
    ['how many are not listed', '… and 3 more'],
    ['people without a valid row and the reason', 'Anna Berg (anna@contoso.com): Email is empty'],
    ['attributes that almost no person has', 'office is empty for 248 of 250 people'],
    ['fields that are truncated, for how many people', 'Name is truncated to 40 characters for 2 people: Anna Berg (anna@contoso.com), …'],
    ['that the address changes', '--same-system'],
    ['what waits', 'Edits that wait for apply: scope'],
    ['notes', '- people out of scope stay at the Target'],
  ])('shows %s', (_, part) => {
    expect(lines.some((line) => line.includes(part))).toBe(true);
  });

  it('ends with an apply command that includes the required confirmation options', () => {
    const text = showPlan({ ...sample.plan, replaces: 'Sine removes everyone who is not in the file', without: 1 }, plain);
    expect(text.split('\n').at(-1)).toBe(
      'Sine removes everyone who is not in the file, and 1 person in scope has no valid row. To confirm: `vestibule apply front-desk --replace-all --without 1`',
    );
  });

  it('shows why it cannot be applied, and proposes no apply command', () => {
    const refusal = { message: 'lobby writes the same file', hint: 'Change the drop.' };
    const text = showPlan({ ...sample.plan, replaces: 'Sine removes everyone', refusal }, plain);
    expect(text.split('\n').at(-1)).toBe('Apply is not possible: lobby writes the same file. Change the drop.');
  });

  it('reports that it is empty', () => {
    const { cycle: _c, guard: _g, ...rest } = sample.plan;
    const empty: PlanReport = {
      ...rest,
      actions: { create: 0, update: 0, deactivate: 0, delete: 0 },
      lines: [],
      heldBack: [],
      heldBackCount: 0,
      records: [],
      underWay: { held: 0, queued: 0, parked: 0, inDoubt: 0, holds: [] },
      clocks: noClocks,
    };
    const text = showPlan(empty, plain);
    expect(showPlan({ ...empty, clocks: sample.plan.clocks }, plain)).toContain('Nothing to send now.\nA leaver delay begins for');
    expect(text).toContain('Nothing to do.');
    expect(text).not.toContain('In progress');
    expect(showPlan({ ...empty, underWay: sample.plan.underWay }, plain)).toContain('Nothing new to do.\nIn progress: 12 queued');
    expect(text).toContain("Entra's first cycle has finished.");
    expect(text).not.toMatch(/no valid row|more/);
  });
});

describe('a plan for a Target that goes live automatically', () => {
  it('says that the Guard would hold it, because no person confirms that plan', () => {
    const text = showPlan({ ...sample.plan, guard: { why: '31 removals, more than 25', passed: [] } }, plain);
    expect(text).toContain('The Guard would hold: 31 removals, more than 25');
    expect(text).not.toContain('Apply bypasses the Guard');
  });
});

describe('a plan for one person', () => {
  const shown = showPersonPlan(sample.personPlan, 'anna', plain);

  it.each([
    ['the person and the target', 'Anna Berg (anna@contoso.com) at front-desk (live)'],
    ['each condition with the values it read', '✓ hosts  memberOf("Hosts")  [groups = ["Hosts"]]'],
    ['each field with its value and expression', '  Email  "anna@contoso.com"  lower(email)'],
    ['omitted values', '  Title  -                   title         is omitted because it is empty'],
    ['why there is no valid row', 'No valid row: Name is empty (displayName)'],
    ['the record at the target', 'Accepted  2026-03-02 08:30 UTC'],
    ['the planned action', 'Planned action: update. The update is planned next.'],
  ])('shows %s', (_, part) => {
    expect(shown).toContain(part);
  });

  it('lists the people that the text matches, and says so when it matches none', () => {
    const { plan: _, ...rest } = sample.personPlan;
    const [anna] = rest.people;
    if (anna === undefined) throw new Error('there is no sample');
    expect(showPersonPlan({ ...rest, people: [anna, { ...anna, id: 'b2' }] }, 'anna', plain)).toContain('matches 2 people');
    expect(showPersonPlan({ ...rest, people: [] }, 'anna', plain)).toContain('No person matches “anna”');
  });
});

describe('a log', () => {
  it('is a table with the newest line last', () => {
    expect(showLog(sample.log).split('\n')).toEqual([
      'TIME                     PERSON                        ACTION  ATTEMPTS  OUTCOME',
      '2026-03-02 08:30:00 UTC  by jo                                           applied: create 2',
      '2026-03-03 08:30:00 UTC  Anna Berg (anna@contoso.com)  create         3  parked (name too long)',
    ]);
    expect(showLog({ target: 'lobby', lines: [] })).toBe('Nothing has been sent to lobby yet.');
  });
});

describe('why', () => {
  const shown = showWhy(sample.why, 'anna', plain);

  it('names under the record every field that is truncated or omitted', () => {
    const [{ heldBack: _, ...story } = expect.fail('there is no sample')] = sample.why.stories;
    const lines = showWhy({ ...sample.why, stories: [story] }, 'anna', plain).split('\n');
    const record = lines.findIndex((line) => line.startsWith('  Record    '));
    expect(lines[record + 1]).toBe('            since is truncated to 24 characters');
  });

  it.each([
    ['the name of the person', 'Anna Berg (anna@contoso.com)'],
    ['the last change of the Source', 'Last change 2026-03-02 08:30 UTC.'],
    ['a condition that holds', '✓ no contractors'],
    ['a condition that is false, with the values it read', '✗ hosts  memberOf("Visitor Hosts")  [groups = ["Sales"]]'],
    ['what was last accepted', 'Accepted  2026-03-02 08:30 UTC, key 4711'],
    ['the open Delivery with its last answer', 'update (delivery 7), queued, tried 2 times: busy'],
    ['earlier deliveries', '2026-03-03 08:30 UTC  create done: created'],
    ['the next step', 'Next  The update is queued and is sent next.'],
  ])('shows %s', (_, part) => {
    expect(shown).toContain(part);
  });

  it('writes one attempt in words, prints an outcome once, and dates a parked Delivery by its last answer', () => {
    const [story] = sample.why.stories;
    if (story?.open === undefined) throw new Error('there is no sample');
    const [past] = story.history;
    if (past === undefined) throw new Error('there is no sample');
    const { settledAt: _, ...parked } = { ...past, state: 'parked' as const, answer: 'busy', answeredAt: new Date('2026-03-05T08:30:00Z') };
    const history = [{ ...past, answer: 'done' }, parked];
    const text = showWhy({ ...sample.why, stories: [{ ...story, open: { ...story.open, attempts: 1 }, history }] }, 'anna', plain);
    expect(text).toContain('queued, tried once: busy');
    expect(text).toContain('2026-03-03 08:30 UTC  create done\n');
    expect(text).toContain('2026-03-05 08:30 UTC  create parked: busy');
  });

  it('shows the usual causes in Entra for a person who was never received', () => {
    const unknown: WhyReport = { people: [], arrival: 'nothing came', stories: [], untold: [] };
    const text = showWhy(unknown, 'anna', plain);
    expect(text).toContain('No person matches “anna”.');
    expect(text).toContain('Nothing came.');
    for (const cause of ['assigned', 'must be on', 'scoping filter', 'why the person was skipped', 'on demand'])
      expect(text).toContain(cause);
  });

  it('lists the people when several match', () => {
    const [anna] = sample.why.people;
    const text = showWhy(
      {
        people: [anna ?? { id: '', displayName: '', userName: '' }, { id: 'b2', displayName: 'Anna Bergmann', userName: 'ab' }],
        arrival: '',
        stories: [],
        untold: [],
      },
      'anna',
      plain,
    );
    expect(text).toContain('2 people');
    expect(text).toContain('b2');
    expect(text).not.toContain('Next');
  });
});

describe('why, for one userName in two Sources', () => {
  it('shows the Source and proposes a command with the id', () => {
    const [anna = { id: '', displayName: '', userName: '' }] = sample.why.people;
    const people = [
      { ...anna, source: 'entra' },
      { ...anna, id: 'b2', source: 'okta' },
    ];
    const text = showWhy({ people, arrival: '', stories: [], untold: [] }, 'anna', plain);
    expect(text).toContain('Repeat the command with the id of one of them:');
    expect(text).toContain('anna@contoso.com  okta    b2');
  });

  it('names Targets without an applied definition, and says when there are none', () => {
    expect(showWhy({ ...sample.why, stories: [] }, 'anna', plain)).toContain('lobby: its file has problems and nothing was applied yet');
    expect(showWhy({ ...sample.why, stories: [], untold: [] }, 'anna', plain)).toContain('No targets yet.');
  });
});

describe('tokens', () => {
  const now = new Date('2026-03-02T12:00:00Z');
  it.each([
    ['revoked', sample.token],
    ['expired', { ...sample.token, revokedAt: undefined, expiresAt: new Date('2026-03-02T12:00:00Z') }],
    ['in use', { ...sample.token, revokedAt: undefined }],
    ['valid', { ...sample.token, revokedAt: undefined, lastUsedAt: undefined }],
  ])('are shown as %s', (state, { revokedAt, lastUsedAt, ...token }) => {
    const shown = { ...token, ...(revokedAt !== undefined && { revokedAt }), ...(lastUsedAt !== undefined && { lastUsedAt }) };
    expect(showTokens([shown], now)).toContain(state);
  });

  it('show which token is in use after a rotation, for each Source', () => {
    const { revokedAt: _revoked, lastUsedAt: _used, ...token } = sample.token;
    const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
    const lines = showTokens(
      [
        { ...token, id: 1, lastUsedAt: minutesAgo(41) },
        { ...token, id: 2, use: 'client', lastUsedAt: minutesAgo(1) },
        { ...token, id: 3, source: 'plant2', lastUsedAt: minutesAgo(5) },
        { ...token, id: 4, source: 'plant2' },
      ],
      now,
    ).split('\n');
    expect(lines.map((line) => /secret token|client secret|in use|valid/g[Symbol.match](line))).toEqual([
      null,
      ['secret token', 'valid'],
      ['client secret', 'in use'],
      ['secret token', 'in use'],
      ['secret token', 'valid'],
    ]);
  });

  it('are reported by status, with a hint, when they expire soon or have just expired', () => {
    const { revokedAt: _revoked, ...token } = sample.token;
    const expiring = [token, { ...token, id: 4, use: 'client' as const, expiresAt: new Date('2026-03-01T12:00:00Z') }];
    const text = showStatus({ ...sample.status, now, expiring }, plain);
    expect(text).toContain('token 3 (entra) of source default expires in 20 h, last used');
    expect(text).toContain('\n    or extend: `vestibule token extend 3 --expires 180d`\n');
    expect(text).toContain('token 4 (entra) of source default expired 1 d ago');
    expect(text).toContain('`vestibule token create --label TEXT --source default --oauth`');
    expect(text).toContain('- source plant2 is not in vestibule.yaml');
  });
});

describe('colour', () => {
  it('codes are added only if colour is enabled', () => {
    expect(createStyle(false).bad('x')).toBe('x');
    expect(createStyle(true).bad('x')).toBe('\u001b[31mx\u001b[39m');
    expect(createStyle(true).bad('')).toBe('');
  });
});

describe('a control sequence for the terminal', () => {
  const steering = '\u001b\u0007\u009b\u202e\u2066\u200e\u200f\u061c\u2028\u2029\r\n\u007f';

  it('becomes spaces in text', () => {
    expect(withoutControls({ name: `ä${steering}b` })).toEqual({ name: `ä${' '.repeat(steering.length)}b` });
  });

  it('is escaped in JSON, and reads back unchanged', () => {
    const report = { name: `ä${steering}b`, [steering]: [1] };
    const json = toPlainJson(report);
    expect(json.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u);
    expect(json).toContain('ä');
    expect(JSON.parse(json)).toEqual(report);
  });
});
