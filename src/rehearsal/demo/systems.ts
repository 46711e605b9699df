// Opens the three visitor systems of the demo: a drop folder, a REST API and the file of a script.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Random } from '../../domain/clock.ts';
import { openVisitorSystem, type VisitorSystem } from '../visitor-system.ts';
import type { DemoRules, HeldRecord } from './expectation.ts';
import type { DemoFolders } from './demo-interfaces.ts';
import { readBadges } from './read-badges.ts';
import { readDrop } from './read-drop.ts';
import type { DemoSite } from './write-site.ts';

/** One visitor system of the demo. */
export interface DemoSystem {
  /** Name of its Target. */
  readonly target: string;
  readonly title: string;
  /** Where a user finds its records: a file or a URL. */
  readonly where: string;
  /** True if it removes people who are missing from the file, which an apply must confirm. */
  readonly replaces: boolean;
  readonly rules: DemoRules;
  /** Reads the current records from the system, not from the daemon. */
  read(): Promise<readonly HeldRecord[]>;
}

/** The three open systems, and the properties of them that the configuration files contain. */
export interface DemoSystems extends AsyncDisposable {
  readonly all: readonly DemoSystem[];
  readonly site: DemoSite;
}

/** The token of the REST system. It does not protect anything, but the demo shows a real sign-in. */
const restToken = 'demo-token-of-old-vms';

const worker = fileURLToPath(new URL('../visitor-worker.js', import.meta.url));

/** Opens the visitor systems of a demo: a folder, a REST system on a free port of this machine, and a script's file. */
export async function openSystems(folders: DemoFolders, random: Random): Promise<DemoSystems> {
  const staff = await openVisitorSystem({ random, token: restToken });
  const badges = join(folders.badges, 'badges.jsonl');
  return {
    all: [toFrontDesk(join(folders.drop, 'front-desk.csv')), toOldVms(staff), toBadges(badges)],
    site: { restUrl: staff.url, restToken, worker: [process.execPath, worker, badges] },
    [Symbol.asyncDispose]: () => staff.goDown(),
  };
}

function toFrontDesk(file: string): DemoSystem {
  return {
    target: 'front-desk',
    title: 'receives a full CSV file',
    where: file,
    replaces: true,
    rules: {
      holdsBack: (person) => (person.mail === undefined ? 'no e-mail' : undefined),
      disabled: 'absent',
      deleted: 'absent',
      toTitle: (title) => defuse(cut(title)),
    },
    read: async () =>
      (await readDrop(file)).map((row) => ({
        number: row['Number'] ?? '',
        active: true,
        familyName: row['Family name'] ?? '',
        title: row['Title'] ?? '',
      })),
  };
}

function toOldVms(staff: VisitorSystem): DemoSystem {
  return {
    target: 'old-vms',
    title: 'has a REST API',
    where: `${staff.url}/api/staff (Authorization: Bearer ${restToken})`,
    replaces: false,
    rules: {
      holdsBack: (person) => (person.surname === undefined ? 'no family name' : undefined),
      disabled: 'inactive',
      deleted: 'inactive',
      toTitle: (title) => title,
    },
    read: async () =>
      staff.records().map((record) => ({
        number: toText(record['number']),
        active: record['enabled'] === true,
        familyName: toText(record['lastname']),
        title: toText(record['title']),
      })),
  };
}

function toBadges(file: string): DemoSystem {
  return {
    target: 'badges',
    title: 'is updated by a script',
    where: file,
    replaces: false,
    rules: { holdsBack: () => undefined, disabled: 'inactive', deleted: 'absent', toTitle: (title) => title },
    read: async () =>
      (await readBadges(file)).map(({ active, record }) => ({
        number: record['number'] ?? '',
        active,
        familyName: record['familyName'] ?? '',
        title: record['title'] ?? '',
      })),
  };
}

/** The front desk accepts 60 characters. The demo's titles contain no characters with two UTF-16 units. */
function cut(title: string): string {
  return title.slice(0, 60);
}

/** Like the driver, adds ' before a text that a spreadsheet would interpret as a formula. */
function defuse(title: string): string {
  return /^[=+@-]/.test(title) ? `'${title}` : title;
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
