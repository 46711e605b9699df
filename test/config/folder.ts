import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Machine, thisMachine } from '../../src/config/machine.ts';
import { readSite, type Site } from '../../src/config/site.ts';

/** Writes files into a new folder that is removed after the test; returns the folder. */
export function writeFiles(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'vestibule-config-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return folder;
}

/** A machine with all programs and folders, and with these variables and files. */
export function aMachine(env: Readonly<Record<string, string>> = {}, files: Readonly<Record<string, string>> = {}): Machine {
  const real = thisMachine({});
  return {
    env: (name) => env[name],
    readText: (path) => files[path] ?? real.readText(path),
    readBytes: (path) => real.readBytes(path),
    isFile: () => true,
    isFolder: () => true,
    realPath: (path) => real.realPath(path),
    ignoresCase: false,
    hasProgram: () => true,
  };
}

/** Reads a site with these files and without shipped Connectors. The files of problems are relative to the site's folder. */
export function readFiles(files: Readonly<Record<string, string>>, machine = aMachine()): Site {
  const folder = writeFiles(files);
  const site = readSite(folder, join(folder, 'shipped'), { machine });
  return { ...site, problems: site.problems.map((problem) => ({ ...problem, file: problem.file.replace(`${folder}/`, '') })) };
}

/** A small Connector and Target without problems; `replace` can change their texts. */
export const connectorText = `connector: tiny
driver: csv
can: [create, update, delete]
absent: removed
match: [Email]
settings:
  mode: full
mapping:
  Email: { from: lower(email), empty: hold }
  Name: displayName
leavers:
  gone: [{ do: delete }]
  inactive: [{ do: delete }]
`;

export const targetText = `target: desk
connector: tiny
settings:
  drop: { folder: /drops/desk }
`;

/** The files of a site with one Target. */
export function oneTarget(connector = connectorText, target = targetText): Readonly<Record<string, string>> {
  return { 'connectors/tiny/connector.yaml': connector, 'targets/desk.yaml': target };
}
