import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readFacts } from '../../house/facts.ts';
import { fixtureFolder, listProviders, readFixtures, stepsOf } from '../support/idp-fixture.ts';

/**
 * One row of a coverage list: a fact of docs/entra-facts.md (or a section of the provider's reference), and the fixtures that cover it,
 * `FOLDER/FILE` for a fixture of another list. A row that no fixture can cover names a test in `elsewhere`.
 */
interface CoverageRow {
  readonly section: string;
  readonly row: string;
  readonly fixtures: readonly string[];
  readonly elsewhere?: { readonly file: string; readonly test: string };
}

const numbers = (from: number, to: number, prefix = '') => Array.from({ length: to - from + 1 }, (_, index) => `${prefix}${from + index} `);

/** The rows that each list must have: sections, or beginnings of rows. */
interface Described {
  readonly sections?: readonly string[];
  readonly rows?: readonly string[];
}

/** Facts that are not about requests, so that no fixture can cover them. */
const notPlayed = [
  'tls',
  'retries-and-quarantine',
  'accidental-deletions',
  'provisioning-logs',
  'addresses-of-entra',
  'provisioning-agent',
];

const entraFacts = readFacts({ text: readFileSync(new URL('../../../docs/entra-facts.md', import.meta.url), 'utf8') })
  .map(({ fragment }) => fragment)
  .filter((fragment) => !notPlayed.includes(fragment));

const logicAppTests = `Validate_Credentials Schema_Discoverability SCIM_User_Create SCIM_Group_Create SCIM_User_Update SCIM_Group_Update
  SCIM_Null_Update SCIM_Update_Manager SCIM_User_Pagination Federated_Identity Create_User Update_User Disable_User Delete_User Restore_User
  Update_Manager Create_Group Update_Group Delete_Group Restore_Group Add_Member Remove_Member On-demand`;

const postmanFolders = `Get Token; Endpoint tests: ; User tests: ; Group tests: ; ComplexAttribute tests: ; User tests with garbage: ;
  Group tests with garbage: ; Teardown garbage: ; Get all users; Test Connection; FullSync (page 1); FullSync (page 2); DeltaSync; Update User`;

const described: Readonly<Record<string, Described>> = {
  entra: { sections: entraFacts },
  'microsoft-validator': { rows: [...numbers(1, 27), ...numbers(1, 7, 'preview '), 'quirk '] },
  'microsoft-logic-app': { rows: logicAppTests.split(/\s+/) },
  'microsoft-postman': { rows: postmanFolders.split(/;\s+/) },
  okta: { sections: ['connection', 'users', 'groups', 'test lists', 'spec test'], rows: numbers(1, 12, 'R') },
};

/** Lists with fixtures that are sequences of requests: each request is a row. */
const sequences = ['microsoft-postman/scim-tests', 'microsoft-postman/scim-inbound', 'okta/spec-test'];

function readRows(list: string): readonly CoverageRow[] {
  return JSON.parse(readFileSync(new URL(`${list}-coverage.json`, fixtureFolder), 'utf8')) as readonly CoverageRow[];
}

test('every folder of fixtures is a coverage list with rows', () => {
  expect(listProviders().toSorted()).toEqual(Object.keys(described).toSorted());
});

describe.each(Object.keys(described))('the coverage list %s', (list) => {
  const rows = readRows(list);

  test('names only existing fixtures, and each fixture of its folder', () => {
    const named = rows.flatMap((row) => row.fixtures).map((name) => (name.includes('/') ? name : `${list}/${name}`));
    const all = listProviders().flatMap((provider) => [...readFixtures(provider).keys()].map((file) => `${provider}/${file}`));
    expect(all).toEqual(expect.arrayContaining(named));
    expect(named).toEqual(expect.arrayContaining(all.filter((name) => name.startsWith(`${list}/`))));
  });

  test('has a fixture for each row, or names an existing test', () => {
    for (const { row, fixtures, elsewhere } of rows) {
      if (elsewhere === undefined) expect(fixtures, row).not.toEqual([]);
      else expect(readFileSync(new URL(`../../../${elsewhere.file}`, import.meta.url), 'utf8'), row).toContain(elsewhere.test);
    }
  });

  test('has every required section and row, and no row twice', () => {
    const { sections = [], rows: wanted = [] } = described[list] ?? {};
    expect(rows.map((row) => row.section)).toEqual(expect.arrayContaining([...sections]));
    for (const beginning of wanted)
      expect(
        rows.filter(({ row }) => `${row} `.startsWith(beginning)),
        beginning,
      ).not.toEqual([]);
    const keys = rows.map(({ section, row }) => `${section}: ${row}`);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  test.each(sequences.filter((name) => name.startsWith(`${list}/`)))('has a row for each request of %s', (name) => {
    const file = name.slice(list.length + 1);
    const fixture = readFixtures(list).get(file);
    const notes = fixture ? stepsOf(fixture).map((step) => step.note) : [];
    expect(notes).not.toEqual([]);
    expect(rows.filter((row) => row.fixtures.includes(file)).map((row) => row.row)).toEqual(notes);
  });
});
