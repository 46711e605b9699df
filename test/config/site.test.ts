import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../src/domain/errors.ts';
import { defaultDaemonConfig } from '../../src/config/daemon-config.ts';
import { readSite } from '../../src/config/site.ts';
import { aMachine, connectorText, oneTarget, readFiles, targetText, writeFiles } from './folder.ts';

function problemsOf(files: Readonly<Record<string, string>>): readonly Problem[] {
  return readFiles(files).problems.filter(({ level }) => level === 'problem');
}

it('a folder without files is a valid site', () => {
  const site = readSite(join(writeFiles({}), 'nowhere'), '/nowhere/else');
  expect(site).toMatchObject({ daemon: defaultDaemonConfig(), daemonBroken: false, brokenTargets: [], problems: [] });
  expect(site.fileDefinitions.size).toBe(0);
});

it('a Target is its Connector with its own file merged over it', () => {
  const target = `target: desk
connector: tiny
settings: { drop: { folder: /drops/desk }, encoding: utf-8 }
tables: { offices: { Graz: GRZ } }
scope:
  - { rule: '!same(department, "X")', name: no x, leavers: [{ do: delete, after: 1h }] }
  - 'memberOf("Hosts")'
mapping:
  Name: { value: Somebody }
  Site: { from: 'lookup("offices", office)', empty: hold, max: 5, long: cut }
leavers: { inactive: [{ do: delete, after: 2d }] }
schedule: { reconcile: '0 3 * * *', timezone: Europe/London }
guard: { removals: { most: 3, wait: 15m }, changes: { share: 12.5% } }
`;
  const site = readFiles(oneTarget(connectorText.replace('match: [Email]', 'match: [Email, [Name, Site]]'), target));
  expect(site.problems).toEqual([
    {
      file: 'targets/desk.yaml',
      level: 'note',
      path: 'leavers',
      line: 11,
      column: 10,
      message: 'the records of people who are out of scope stay at the target: no steps are configured for them',
      hint: 'To change that, add to leavers in this file: outOfScope: [{ do: delete }]',
    },
  ]);
  const { folder, ...definition } = site.fileDefinitions.get('desk') ?? expect.unreachable();
  expect(folder).toMatch(/connectors\/tiny$/);
  expect(definition).toEqual({
    target: 'desk',
    connector: 'tiny',
    title: 'tiny',
    driver: 'csv',
    can: ['create', 'update', 'delete'],
    absent: 'removed',
    match: [['Email'], ['Name', 'Site']],
    settings: { mode: 'full', drop: { folder: '/drops/desk' }, encoding: 'utf-8' },
    ownSettings: ['drop', 'encoding'],
    tables: { offices: { Graz: 'GRZ' } },
    scope: [
      { name: 'no x', rule: '!same(department, "X")', leavers: [{ do: 'delete', afterMs: 3_600_000 }] },
      { name: 'memberOf("Hosts")', rule: 'memberOf("Hosts")' },
    ],
    mapping: {
      Email: { from: 'lower(email)', empty: 'hold' },
      Name: { value: 'Somebody' },
      Site: { from: 'lookup("offices", office)', empty: 'hold', max: 5, long: 'cut' },
    },
    leavers: { gone: [{ do: 'delete', afterMs: 0 }], inactive: [{ do: 'delete', afterMs: 172_800_000 }] },
    schedule: { onChange: true, reconcile: '0 3 * * *', timezone: 'Europe/London' },
    guard: { removals: { most: 3, share: 0.05, withinMs: 86_400_000, waitMs: 900_000 }, changes: { share: 0.125, withinMs: 3_600_000 } },
    groupIds: {},
  });
});

it('the Guard has default limits if no file sets them', () => {
  expect(readFiles(oneTarget()).fileDefinitions.get('desk')?.guard).toEqual({
    removals: { most: 25, share: 0.05, withinMs: 86_400_000, waitMs: 0 },
    changes: { share: 0.3, withinMs: 3_600_000 },
  });
});

it('`rows` is removed from the settings, and a Target can override some of its keys', () => {
  const connector = `${connectorText}  outOfScope: []\n`
    .replace('  mode: full', "  mode: full\n  rows: { each: 'groups', as: group }")
    .replace('Name: displayName', 'Name: group');
  const site = readFiles(oneTarget(connector, targetText.replace('settings:', 'settings:\n  rows: { none: hold }')));
  expect(site.problems).toEqual([]);
  expect(site.fileDefinitions.get('desk')).toMatchObject({
    rows: { each: 'groups', as: 'group', none: 'hold' },
    settings: { mode: 'full' },
  });
  expect(site.fileDefinitions.get('desk')?.settings).not.toHaveProperty('rows');
});

describe('check reports for a Target', () => {
  const cases: readonly (readonly [string, string, Partial<Problem>])[] = [
    ['an unknown key', 'tables: {}\nscoop: []', { line: 6, path: 'scoop', message: 'unknown key', hint: 'Did you mean scope?' }],
    ['an unknown key above other keys', 'scoop:\n  - a', { line: 5, path: 'scoop', message: 'unknown key' }],
    ['an unknown key deep inside', 'guard: { removals: { mots: 3 } }', { line: 5, path: 'guard.removals.mots', message: 'unknown key', hint: 'Did you mean most?' }],
    ['a duration without unit', 'guard: { removals: { wait: 15 } }', { path: 'guard.removals.wait', message: 'is the number 15, not text', hint: 'Write a duration such as 30s, 15m, 24h or 30d.' }],
    ['a duration in words', 'guard: { removals: { wait: soon } }', { path: 'guard.removals.wait', message: 'is not a duration', hint: 'Write a duration such as 30s, 15m, 24h or 30d.' }],
    ['an invalid share', 'guard: { changes: { share: 120% } }', { path: 'guard.changes.share', message: 'is more than 100%' }],
    ['a number in a table', 'tables: { offices: { Graz: 007 } }', { path: 'tables.offices.Graz', message: 'is the number 7, not text', hint: "Put it in quotes: '007'" }],
    ['a number as a key of a table', 'tables: { offices: { 1010: VIE } }', { line: 5, message: 'the key 1010 is not text', hint: "Put it in quotes: '1010'" }],
    ['nothing but a comment', 'mapping:\n  Name: # later', { line: 6, path: 'mapping.Name', message: /^is empty; expected text or a map \(keys with values\)$/ as never }],
    ['a number as a constant expression', 'mapping: { Name: 5 }', { path: 'mapping.Name', message: 'is the number 5, not text or a map (keys with values)' }],
    ['a misspelt rule', "mapping: { Name: { form: 'x' } }", { path: 'mapping.Name.form', message: 'unknown key', hint: 'Did you mean from?' }],
    ['from and value', 'mapping: { Name: { from: title, value: x } }', { path: 'mapping.Name', message: 'needs either from or value' }],
    ['long without max', 'mapping: { Name: { from: title, long: cut } }', { path: 'mapping.Name.long', message: 'has no effect without max' }],
    ['a rule with an unknown value', 'mapping: { Name: { from: title, empty: skip } }', { path: 'mapping.Name.empty', message: 'is "skip", which is not valid', hint: 'Use one of: send, omit, hold.' }],
    ['a tag', 'scope:\n  - !active', { line: 6, message: 'text that begins with ! needs quotes' }],
    ['an alias', 'mapping: { Name: &x title }\ntables: { t: { a: *x } }', { line: 6, message: '*x is an alias, which is not supported' }],
    ['a duplicate key', 'tables: {}\ntables: {}', { line: 6, message: 'duplicate key tables: it is already on line 5' }],
    ['a tab', 'tables:\n\toffices: {}', { line: 6 }],
    ['an unknown attribute', 'mapping:\n  Name: departmnt', { line: 6, path: 'mapping.Name', column: 9, message: 'unknown name departmnt' }],
    ['a constant without value', 'mapping: { Name: Employees }', { path: 'mapping.Name', hint: /\{ value: Employees \}/ as never }],
    ['an unknown table', `mapping: { Name: 'lookup("offices", office)' }`, { path: 'mapping.Name', message: 'unknown table offices' }],
    ['a condition that is not true or false', 'scope: [department]', { path: 'scope.0', message: /returns a string, not true or false/ as never }],
    ['active in a scope', "scope: ['active && title != \"x\"']", { path: 'scope.0', message: 'active cannot be used in a scope', hint: 'Configure what happens to inactive people in leavers.inactive.' }],
    ['two conditions with one name', "scope: ['title == \"x\"', 'title == \"x\"']", { path: 'scope.1', message: 'duplicate condition "title == \\"x\\""'.replaceAll('\\"', '"') }],
    ['a step that the Connector cannot do', 'leavers: { gone: [{ do: deactivate }] }', { path: 'leavers.gone.0.do', message: 'tiny cannot deactivate; it supports create, update, delete', hint: 'Use do: delete.' }],
    ['a step in a condition', 'scope: [{ rule: \'title == "x"\', leavers: [{ do: deactivate }] }]', { path: 'scope.0.leavers.0.do', message: /cannot deactivate/ as never }],
    ['a step after a delete', 'leavers: { gone: [{ do: delete }, { do: delete, after: 1d }] }', { path: 'leavers.gone.1', message: 'comes after a delete and has no effect', hint: 'Remove it.' }],
    ['a broken reference', "settings: { drop: { folder: '/x/${ENV}' } }", { path: 'settings.drop.folder', message: '${ENV} is not a valid secret reference', hint: 'Write ${env:NAME} or ${file:/path}' }],
    ['a secret file without its absolute path', "settings: { drop: { folder: '${file:x}' } }", { path: 'settings.drop.folder', message: '${file:x} does not contain an absolute path' }],
    ['an invalid cron expression', "schedule: { reconcile: 'daily' }", { path: 'schedule.reconcile', message: /not a cron expression/ as never }],
    ['a minute beyond 59', "schedule: { reconcile: '61 3 * * *' }", { path: 'schedule.reconcile', message: 'is not a cron expression: 61 is not valid for minute', hint: "Write five fields: minute, hour, day of month, month, weekday. For example '0 3 * * *' for every night at 3:00." }],
    ['an invalid time zone', 'schedule: { timezone: Europe/Lundon }', { path: 'schedule.timezone', message: /not a time zone/ as never }],
  ]; // prettier-ignore
  it.each(cases)('%s', (_name, text, expected) => {
    const target = text.startsWith('settings:') ? `target: desk\nconnector: tiny\n${text}\n` : `${targetText}${text}\n`;
    const problems = problemsOf(oneTarget(connectorText, target));
    const wanted = Object.fromEntries(
      Object.entries(expected).map(([key, value]) => [
        key,
        (value as unknown) instanceof RegExp ? expect.stringMatching(value as never) : value,
      ]),
    );
    expect(problems).toEqual(expect.arrayContaining([expect.objectContaining({ file: 'targets/desk.yaml', level: 'problem', ...wanted })]));
  });

  it('all problems at once, and the Target counts as broken', () => {
    const site = readFiles(
      oneTarget(
        connectorText,
        'target: desk\nconnector: tiny\nscoop: []\nguard: { changes: { share: 5 } }\nmapping: { Name: { max: 0 } }\n',
      ),
    );
    expect(site.problems.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['scoop', 'guard.changes.share', 'mapping.Name.max', 'mapping.Name']),
    );
    expect(site.brokenTargets).toEqual(['desk']);
    expect(site.fileDefinitions.size).toBe(0);
  });

  it.each([
    ['the file has another name', { ...oneTarget(), 'targets/front.yaml': targetText }, 'target', 'is desk, but its file is front.yaml'],
    ['the Connector does not exist', { 'targets/desk.yaml': targetText }, 'connector', 'unknown connector tiny'],
    ['the file is empty', oneTarget(connectorText, '# nothing yet\n'), '', 'is empty'],
    ['the file is a list', oneTarget(connectorText, '- a\n'), '', 'is a list, not a map (keys with values)'],
  ])('%s', (_name, files, path, message) => {
    expect(problemsOf(files)).toEqual(expect.arrayContaining([expect.objectContaining({ path, message })]));
  });

  it('a file that is ignored is reported', () => {
    expect(readFiles({ 'targets/desk.yml': targetText }).problems).toMatchObject([
      { file: 'targets/desk.yml', message: 'is not read because of its name or location', level: 'warning' },
    ]);
  });

  it('a broken Target does not affect the others', () => {
    const site = readFiles({ ...oneTarget(), 'targets/other.yaml': 'target: other\nconnector: nobody\n' });
    expect([...site.fileDefinitions.keys()]).toEqual(['desk']);
    expect(site.brokenTargets).toEqual(['other']);
  });
});

describe('check reports for a Connector', () => {
  it.each([
    [
      'match names a field that is not mapped',
      connectorText.replace('[Email]', '[Emial]'),
      'match.0',
      'Emial is not a field of the mapping',
    ],
    [
      'a full file without absent',
      connectorText.replace('absent: removed\n', ''),
      'absent',
      /is missing; it defines what the product does/,
    ],
    [
      'leavers without an action that removes them',
      connectorText.replace('removed', 'kept'),
      'leavers.gone.0.do',
      /has no effect: the product keeps people/,
    ],
    ['a name that differs from its folder', connectorText.replace('tiny', 'other'), 'connector', 'is other, but its folder is tiny'],
    ['no mapping', connectorText.replace(/mapping:[^]*(?=leavers)/, ''), 'mapping', 'is missing'],
    ['an unknown action', connectorText.replace('delete]', 'remove]'), 'can.2', 'is "remove", which is not valid'],
    ['an expression', connectorText.replace('lower(email)', 'lowr(email)'), 'mapping.Email.from', /unknown function lowr/],
    [
      'a field without a column',
      connectorText.replace('  mode: full', '  mode: full\n  header: [Email, Nmae]'),
      'mapping.Name',
      'is not a column of settings.header',
    ],
    [
      'examples without an end',
      `${connectorText}examples: [{ person: {} }]\n`,
      'examples.0',
      'needs exactly one of record, records and heldBack',
    ],
  ])('%s', (_name, connector, path, message) => {
    const found = problemsOf(oneTarget(connector)).filter(({ file }) => file === 'connectors/tiny/connector.yaml');
    expect(found).toEqual(expect.arrayContaining([expect.objectContaining({ path, message: expect.stringMatching(message) })]));
    expect(found[0]?.line).toBeGreaterThan(0);
  });

  it('each problem once, regardless of the number of Targets that use it', () => {
    const files = { ...oneTarget(connectorText.replace('lower(email)', 'emial')), 'targets/two.yaml': targetText.replace('desk', 'two') };
    expect(problemsOf(files).filter(({ path }) => path === 'mapping.Email.from')).toHaveLength(1);
  });

  it('a name that exists in both folders', () => {
    const folder = writeFiles({ ...oneTarget(), 'shipped/tiny/connector.yaml': connectorText });
    const { problems } = readSite(folder, join(folder, 'shipped'), { machine: aMachine() });
    expect(problems.filter(({ level }) => level === 'problem')).toMatchObject([
      {
        file: join(folder, 'connectors/tiny/connector.yaml'),
        message: expect.stringContaining('a connector named tiny already exists') as never,
      },
    ]);
  });
});

it('a column without a field is a note', () => {
  const site = readFiles(oneTarget(connectorText.replace('  mode: full', '  mode: full\n  header: [Email, Name, Photo]')));
  expect(site.problems).toMatchObject([
    { level: 'note', path: 'settings.header.2', message: 'the column Photo stays empty: no field of the mapping has this name', line: 8 },
  ]);
});

describe('a missing file, program or variable on this machine is a warning', () => {
  const bare = { ...aMachine(), isFile: () => false, isFolder: () => false, hasProgram: () => false };
  it.each([
    [
      'settings: { command: [pwsh, -File, x.ps1] }',
      'settings.command.0',
      'the program pwsh was not found',
      'Install PowerShell where the daemon runs; the container image does not include it.',
    ],
    [
      'settings: { command: [./upload] }',
      'settings.command.0',
      'the program ./upload was not found',
      'Install it where the daemon runs, or correct the path.',
    ],
    [
      'settings: { auth: { bearer: typed-in } }',
      'settings.auth.bearer',
      'is a secret in plain text and would be stored unencrypted',
      'Use a reference: ${env:NAME} or ${file:/path}',
    ],
    [
      'settings: { drop: { folder: /no/such/place } }',
      'settings.drop.folder',
      'the folder /no/such/place does not exist',
      'Create or mount it.',
    ],
    ['settings: { tls: { ca: /certs/ca.pem } }', 'settings.tls.ca', 'the file /certs/ca.pem does not exist', 'Create or mount it.'],
  ])('%s', (settings, path, message, hint) => {
    const site = readFiles(oneTarget(connectorText, `target: desk\nconnector: tiny\n${settings}\n`), bare);
    expect(site.problems).toEqual(expect.arrayContaining([expect.objectContaining({ level: 'warning', path, message, hint, line: 3 })]));
    expect(site.fileDefinitions.has('desk')).toBe(true);
  });
});

it('an unchanged copy of a Target file is distinguished from a file with the wrong name', () => {
  const copied = readFiles({ ...oneTarget(), 'targets/lobby.yaml': targetText });
  expect(copied.problems).toEqual([
    expect.objectContaining({
      path: 'target',
      message: 'is desk, but its file is lobby.yaml',
      hint: 'Write target: lobby, or remove this file: desk.yaml also exists.',
    }),
  ]);
});
