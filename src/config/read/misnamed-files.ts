// Finds files that are ignored because of their name or folder.
import { existsSync, readdirSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { messageOf, type Problem } from '../../domain/errors.ts';
import { decodeText } from '../yaml/decode-text.ts';
import { kindOf, placeOf } from './file-kinds.ts';
import { listEntries, listMisspelt } from './list-entries.ts';
import type { Machine } from '../machine.ts';
import { parseYaml } from '../yaml/yaml-file.ts';

/**
 * Files and folders that are not read because of their names or places: `targets/desk.yml`, `targets/desk.yaml.bak`, `target/`,
 * `vestibule.yml`, `desk.yaml` next to `vestibule.yaml`. Reported as warnings; a folder that cannot be listed is a problem.
 */
export function findMisnamed(configFolder: string, machine: Machine): readonly Problem[] {
  const [targets, connectors] = [join(configFolder, 'targets'), join(configFolder, 'connectors')];
  return [
    ...[configFolder, targets, connectors].flatMap(checkFolder),
    ...listEntries(configFolder).flatMap((entry) => checkInSite(configFolder, entry, machine)),
    ...listEntries(targets).flatMap((entry) => checkTarget(targets, entry)),
    ...listEntries(connectors).flatMap((entry) => checkConnector(connectors, entry)),
  ];
}

/** Matches files that editors create, or that users intentionally keep, in these folders. */
const leftBeside = /(~|\.(md|example|disabled|swp))$/i;

/** Matches file names of copies. */
const copy = /\.(bak|orig|old|save|copy)$/i;

function checkInSite(configFolder: string, entry: Dirent, machine: Machine): readonly Problem[] {
  const file = join(configFolder, entry.name);
  if (listMisspelt(configFolder, 'vestibule.yaml').includes(entry.name)) {
    return notRead(file, 'Rename it to vestibule.yaml.');
  }
  const folder = /^(target|connector)s?$/i.exec(entry.name)?.[1]?.toLowerCase();
  if (folder !== undefined) return entry.isFile() || entry.name === `${folder}s` ? [] : notRead(file, `Rename it to ${folder}s.`);
  const stem = /^(.*)\.ya?ml$/i.exec(entry.name)?.[1];
  if (stem === undefined || entry.isDirectory() || entry.name === 'vestibule.yaml') return [];
  const content = readContent(file, machine);
  const kind = kindOf(content);
  if (kind === undefined) return notRead(file, `If it is a target, move it to targets/${stem}.yaml.`);
  const place = placeOf(kind, content, stem);
  if (existsSync(join(configFolder, place))) return notRead(file, `${place} is used instead. Remove one of the two.`);
  return notRead(file, `Move it to ${place}.`);
}

/** The content of a file; `undefined` if it cannot be read. Other checks report why. */
function readContent(file: string, machine: Machine): unknown {
  try {
    const decoded = decodeText(machine.readBytes(file));
    return 'text' in decoded ? parseYaml(file, decoded.text).yaml?.value : undefined;
  } catch {
    return undefined;
  }
}

function checkTarget(targets: string, entry: Dirent): readonly Problem[] {
  const file = join(targets, entry.name);
  if (entry.name.endsWith('.yaml') || leftBeside.test(entry.name)) return [];
  if (entry.isDirectory()) return notRead(file, 'Move its files to targets/: subfolders are not read.');
  const name = `${entry.name.replace(/(\.(yaml|yml|json|txt|bak|orig|old|save|copy))+$/i, '')}.yaml`;
  if (!copy.test(entry.name)) return notRead(file, `Rename it to ${name}.`);
  if (existsSync(join(targets, name))) return notRead(file, `It is a copy of ${name}. Move it out of targets/, or remove it.`);
  return notRead(file, `Rename it to ${name}, or move it out of targets/.`);
}

function checkConnector(connectors: string, entry: Dirent): readonly Problem[] {
  if (leftBeside.test(entry.name)) return [];
  const path = join(connectors, entry.name);
  if (entry.isFile()) {
    const name = entry.name.replace(/(\.(yaml|yml|json|txt|bak|orig|old|save|copy))+$/i, '');
    return notRead(path, `A connector is a folder: move it to ${join('connectors', name, 'connector.yaml')}.`);
  }
  // Without a connector.yaml, the folder already has a problem with a hint that names the misspelt file.
  if (!existsSync(join(path, 'connector.yaml'))) return [];
  return listMisspelt(path, 'connector.yaml').flatMap((name) => notRead(join(path, name), 'Remove it: connector.yaml is used.'));
}

function notRead(file: string, hint: string): readonly Problem[] {
  return [{ file, path: '', message: 'is not read because of its name or location', hint, level: 'warning' }];
}

/** Reports a folder that exists but cannot be listed: its files would appear to be missing. */
function checkFolder(folder: string): readonly Problem[] {
  try {
    readdirSync(folder);
    return [];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    const message = code === 'ENOTDIR' ? 'is not a folder' : `cannot be read (${code ?? messageOf(error)})`;
    return [{ file: folder, path: '', message, hint: 'Make it a folder that the daemon can read.', level: 'problem' }];
  }
}
