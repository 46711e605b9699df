import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FakeSystems } from './fake-systems.ts';

/** Names of the Targets, one for each driver. */
export const targets = ['front-desk', 'old-vms', 'badges', 'cloud-vms'] as const;

/** Name of a Target of the benchmark. */
export type BenchTarget = (typeof targets)[number];

/** What the files of the site need to know about the fake systems. */
export interface SystemsAround extends FakeSystems {
  /** Folder of the full files. */
  readonly drop: string;
  /** Program and arguments of the script. */
  readonly worker: readonly string[];
}

/** Writes the files of a site with a Target of each driver, as a technician would. */
export async function writeSite(config: string, around: SystemsAround): Promise<void> {
  const files: Readonly<Record<string, string>> = {
    // A real site keeps the defaults: 20m, since Entra pauses within its first cycle, and 2s.
    'vestibule.yaml': 'sources: { default: { quiet: 1s } }\ndelivery: { settle: 1s }\n',
    'connectors/bench-csv/connector.yaml': csvConnector,
    'connectors/bench-rest/connector.yaml': restConnector,
    'connectors/bench-script/connector.yaml': scriptConnector,
    'connectors/bench-scim/connector.yaml': scimConnector,
    'targets/front-desk.yaml': toCsvTarget(around.drop, 'title'),
    'targets/old-vms.yaml': toTarget('old-vms', 'bench-rest', `{ url: ${JSON.stringify(around.rest)} }`),
    'targets/badges.yaml': toTarget('badges', 'bench-script', `{ command: ${JSON.stringify(around.worker)} }`),
    'targets/cloud-vms.yaml': toTarget('cloud-vms', 'bench-scim', `{ url: ${JSON.stringify(around.scim)} }`),
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(config, name)), { recursive: true });
    await writeFile(join(config, name), text);
  }
}

/** Changes everyone's row in the full file: after the next `apply` the whole file is planned and written again. */
export async function changeDefinition(config: string, { drop }: SystemsAround): Promise<void> {
  await writeFile(join(config, 'targets', 'front-desk.yaml'), toCsvTarget(drop, `title + " (" + department + ")"`));
}

/** The benchmark measures throughput, not the Guard: nothing may be held. */
const guard = 'guard:\n  removals: { most: 1000000, share: 100%, within: 24h }\n  changes: { share: 100%, within: 1h }\n';

function toTarget(name: BenchTarget, connector: string, settings: string): string {
  return `target: ${name}\nconnector: ${connector}\nsettings: ${settings}\n${guard}`;
}

function toCsvTarget(drop: string, title: string): string {
  const settings = `{ drop: { folder: ${JSON.stringify(drop)} } }`;
  return `${toTarget('front-desk', 'bench-csv', settings)}mapping: { Title: '${title}' }\n`;
}

const leavers = `leavers:
  inactive: [{ do: deactivate }]
  gone: [{ do: deactivate }]
`;

const csvConnector = `connector: bench-csv
title: Front desk (full CSV file)
driver: csv
can: [create, update, delete]
absent: removed
match: [Number]
settings:
  mode: full
  header: [Number, Email, Given name, Family name, Department, Groups, Title]
mapping:
  Number: employeeNumber
  Email: { from: 'lower(email)', empty: hold }
  Given name: givenName
  Family name: familyName
  Department: department
  Groups: 'join(groups, ";")'
  Title: title
leavers:
  inactive: [{ do: delete }]
  gone: [{ do: delete }]
`;

const restConnector = `connector: bench-rest
title: Old VMS (REST)
driver: rest
can: [create, update, deactivate]
match: [number]
settings:
  find: { get: '/api/staff?number={number}', items: 'body.staff', key: 'item.id' }
  create: { post: /api/staff, body: json, key: 'body.id' }
  update: { put: '/api/staff/{key}', body: json }
  deactivate: { put: '/api/staff/{key}', body: json, with: { enabled: false } }
mapping:
  number: employeeNumber
  mail: 'lower(email)'
  firstname: givenName
  lastname: familyName
  title: title
  enabled: { value: true }
${leavers}`;

const scriptConnector = `connector: bench-script
title: Badge system (script)
driver: script
can: [create, update, deactivate]
match: [number]
settings:
  asks: [find]
  batch: 100
mapping:
  number: employeeNumber
  name: displayName
  title: title
  department: department
${leavers}`;

const scimConnector = `connector: bench-scim
title: Cloud VMS (SCIM)
driver: scim
can: [create, update, deactivate]
match: [userName]
settings: { groups: false }
mapping:
  userName: userName
  externalId: externalId
  name.givenName: givenName
  name.familyName: familyName
  title: title
${leavers}`;
