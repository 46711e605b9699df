import { readdirSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { messageOf, type Problem } from '../domain/errors.ts';

/** Files and folders that nothing reads because of their names, most often by a slip: `targets/desk.yml`, `target/`, `vestibule.yml`. */
export function findMisnamed(configFolder: string): readonly Problem[] {
  return [
    ...['', 'targets', 'connectors'].flatMap((name) => judgeFolder(join(configFolder, name))),
    ...listEntries(configFolder).flatMap((entry) => judge(join(configFolder, entry.name), nameInSite(entry))),
    ...listEntries(join(configFolder, 'targets')).flatMap((entry) => judge(join(configFolder, 'targets', entry.name), nameOfTarget(entry))),
    ...listEntries(join(configFolder, 'connectors')).flatMap((entry) => judgeConnector(join(configFolder, 'connectors'), entry)),
  ];
}

/** What an editor or a person leaves beside the files on purpose. */
const leftBeside = /(~|\.(md|bak|orig|example|disabled|swp))$/i;

function nameInSite(entry: Dirent): string | undefined {
  if (/^vestibule(\.(yml|json|txt|yaml\.txt|yml\.txt|yaml))?$/i.test(entry.name) && entry.name !== 'vestibule.yaml')
    return 'rename it to vestibule.yaml';
  const folder = /^(target|connector)s?$/i.exec(entry.name)?.[1]?.toLowerCase();
  if (folder === undefined || entry.isFile() || entry.name === `${folder}s`) return undefined;
  return `rename it to ${folder}s`;
}

function nameOfTarget(entry: Dirent): string | undefined {
  if (entry.name.endsWith('.yaml') || leftBeside.test(entry.name)) return undefined;
  if (entry.isDirectory()) return 'files of targets lie in targets/ itself, not in folders below it';
  const name = entry.name.replace(/(\.(yaml|yml|json|txt))+$/i, '');
  return `files of targets end in .yaml: rename it to ${name}.yaml`;
}

function judgeConnector(connectors: string, entry: Dirent): readonly Problem[] {
  if (leftBeside.test(entry.name)) return [];
  const path = join(connectors, entry.name);
  if (entry.isFile()) {
    const name = entry.name.replace(/(\.(yaml|yml|json|txt))+$/i, '');
    return judge(path, `a connector is a folder: move it to ${join('connectors', name, 'connector.yaml')}`);
  }
  return listEntries(path)
    .filter(({ name }) => /^connectors?(\.(yml|json|txt|yaml\.txt|yaml))?$/i.test(name) && name !== 'connector.yaml')
    .flatMap(({ name }) => judge(join(path, name), 'rename it to connector.yaml'));
}

function judge(file: string, hint: string | undefined): readonly Problem[] {
  return hint === undefined ? [] : [{ file, path: '', message: 'is not read', hint, level: 'problem' }];
}

/** A folder that is there and cannot be listed: its files would look as if nobody had written them. */
function judgeFolder(folder: string): readonly Problem[] {
  try {
    readdirSync(folder);
    return [];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    const message = code === 'ENOTDIR' ? 'is no folder' : `cannot be read (${code ?? messageOf(error)})`;
    return [{ file: folder, path: '', message, hint: 'make it a folder that this user may read', level: 'problem' }];
  }
}

/** Entries of a folder by name, without the hidden ones; none where it cannot be listed, which `findMisnamed` tells. */
export function listEntries(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter(({ name }) => !name.startsWith('.'))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}
