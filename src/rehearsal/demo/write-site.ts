// Creates the folders of the demo and writes its configuration files.
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DemoFolders } from './demo-interfaces.ts';

/** Creates the temporary folder of one demo inside `parent`, with its subfolders. */
export async function makeFolders(parent: string): Promise<DemoFolders> {
  const root = await mkdtemp(join(parent, 'vestibule-demo-'));
  const folders = {
    root,
    config: join(root, 'config'),
    data: join(root, 'data'),
    drop: join(root, 'drops', 'front-desk'),
    badges: join(root, 'badges'),
  };
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true });
  return folders;
}

/** The properties of the visitor systems that the configuration files contain. */
export interface DemoSite {
  /** URL of the REST visitor system, and below, the token that it requires. */
  readonly restUrl: string;
  readonly restToken: string;
  /** Program and arguments of the script Target's worker. */
  readonly worker: readonly string[];
}

/** Writes the configuration for the three systems, as an operator would write it. */
export async function writeSite(folders: DemoFolders, site: DemoSite): Promise<void> {
  const files: Readonly<Record<string, string>> = {
    'vestibule.yaml': daemonFile,
    'connectors/demo-csv/connector.yaml': csvConnector,
    'connectors/demo-rest/connector.yaml': restConnector,
    'connectors/demo-script/connector.yaml': scriptConnector,
    'targets/front-desk.yaml': toCsvTarget(folders.drop),
    'targets/old-vms.yaml': toRestTarget(site.restUrl, join(folders.root, 'old-vms.token')),
    'targets/badges.yaml': toScriptTarget(site.worker),
  };
  await writeFile(join(folders.root, 'old-vms.token'), `${site.restToken}\n`, { mode: 0o600 });
  for (const [name, text] of Object.entries(files)) {
    const file = join(folders.config, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

const daemonFile = `# A real site keeps the defaults: 20m, since Entra pauses within its first cycle, and 2s.
sources:
  default: { quiet: 2s }
delivery: { settle: 1s }
`;

const csvConnector = `connector: demo-csv
title: Front desk (full CSV file)
driver: csv
can: [create, update, delete]
absent: removed
match: [Number]
settings:
  mode: full
  header: [Number, Email, Given name, Family name, Department, Office, Title]
  encoding: utf-8
mapping:
  Number: employeeNumber
  Email: { from: 'lower(email)', empty: hold }
  Given name: givenName
  Family name: familyName
  Department: department
  Office: office
  Title: { from: title, max: 60, long: cut }
leavers:
  inactive: [{ do: delete }]
  gone: [{ do: delete }]
`;

function toCsvTarget(drop: string): string {
  return `target: front-desk
connector: demo-csv
settings: { drop: { folder: ${quote(drop)} } }
`;
}

const restConnector = `connector: demo-rest
title: Old VMS (REST)
driver: rest
can: [create, update, deactivate, delete]
match: [number]
settings:
  find: { get: '/api/staff?number={number}', items: 'body.staff', key: 'item.id' }
  create: { post: /api/staff, body: json, key: 'body.id' }
  update: { put: '/api/staff/{key}', body: json }
  deactivate: { put: '/api/staff/{key}', body: json, with: { enabled: false } }
  delete: { delete: '/api/staff/{key}' }
mapping:
  number: employeeNumber
  mail: 'lower(email)'
  firstname: givenName
  lastname: { from: familyName, empty: hold }
  title: title
  enabled: { value: true }
leavers:
  inactive: [{ do: deactivate }]
  gone: [{ do: deactivate }, { do: delete, after: 30d }]
`;

function toRestTarget(restUrl: string, tokenFile: string): string {
  return `target: old-vms
connector: demo-rest
settings:
  url: ${quote(restUrl)}
  auth: { bearer: ${quote(`\${file:${tokenFile}}`)} }
`;
}

const scriptConnector = `connector: demo-script
title: Badge system (script)
driver: script
can: [create, update, deactivate, delete]
match: [number]
settings:
  asks: [find]
  batch: 100
mapping:
  number: employeeNumber
  name: displayName
  familyName: familyName
  title: title
  site: office
leavers:
  inactive: [{ do: deactivate }]
  outOfScope: [{ do: deactivate }]
  gone: [{ do: delete }]
`;

/** The program is outside the folder of its Connector, so it must be set in the Target's file. */
function toScriptTarget(worker: readonly string[]): string {
  return `target: badges
connector: demo-script
settings:
  command: [${worker.map(quote).join(', ')}]
scope:
  - { rule: 'memberOf("All Staff")', name: staff only }
`;
}

/** Quotes a YAML text. JSON quoting is valid in YAML, and it escapes the backslashes of a Windows path. */
function quote(text: string): string {
  return JSON.stringify(text);
}
