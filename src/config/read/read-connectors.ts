// Reads the Connectors, shipped ones and the site's own.
import { basename, join, resolve } from 'node:path';
import type { Problem } from '../../domain/errors.ts';
import { connectorFile, type ConnectorFile } from '../schemas/connector-file.ts';
import { checkConnectorTrust } from '../checks/connector-trust.ts';
import type { Finding } from '../checks/finding.ts';
import { thisMachine, type Machine } from '../machine.ts';
import { listFolders } from './list-entries.ts';
import { placeIn, readYamlFile, type FileRead } from './read-file.ts';
import type { YamlFile } from '../yaml/yaml-file.ts';

/** A Connector that was read. Without `value` it has problems. */
export interface ConnectorInUse extends FileRead<ConnectorFile> {
  readonly name: string;
  readonly folder: string;
}

/** Reads all Connectors of two folders, by name. The shipped one of a name comes first; a second one is a problem. */
export function readConnectors(
  shipped: string,
  own: string,
  machine: Machine,
): { readonly connectors: ReadonlyMap<string, ConnectorInUse>; readonly problems: readonly Problem[] } {
  const connectors = new Map<string, ConnectorInUse>();
  const problems: Problem[] = [];
  for (const folder of [...listFolders(shipped), ...listFolders(own)]) {
    const read = readConnector(folder, machine);
    problems.push(...read.problems);
    const other = connectors.get(read.name);
    if (other === undefined) connectors.set(read.name, read);
    else
      problems.push({
        file: read.file,
        path: 'connector',
        message: `a connector ${read.name} already exists in ${other.folder}`,
        hint: 'Give this one another name (folder and connector: NAME).',
        level: 'problem',
      });
  }
  return { connectors, problems };
}

/** Reads the Connector in a folder, under the name of the folder, even if the file contains another name. */
export function readConnector(folder: string, machine: Machine = thisMachine()): ConnectorInUse {
  const name = basename(folder);
  const read = readYamlFile(join(folder, 'connector.yaml'), 'connector', connectorFile, machine);
  const place = { name, folder: resolve(folder) };
  const distrusted = read.yaml === undefined ? [] : placeAll(read.yaml, checkConnectorTrust(read.yaml.value));
  if (distrusted.length > 0) return distrust(read, place, distrusted);
  if (read.value === undefined || read.yaml === undefined || read.value.connector === name) return { ...read, ...place };
  const { value, ...broken } = read;
  const finding: Finding = {
    path: ['connector'],
    message: `is ${read.value.connector}, but its folder is ${name}`,
    hint: `Write connector: ${name}, or rename the folder to ${read.value.connector}.`,
    level: 'problem',
  };
  return { ...broken, ...place, rest: { value, dropped: [] }, problems: [placeIn(read.yaml, finding)] };
}

/** A Connector with settings that only the Target's file may contain: it is not used, and its other problems are reported too. */
function distrust(
  read: FileRead<ConnectorFile>,
  place: Pick<ConnectorInUse, 'name' | 'folder'>,
  found: readonly Problem[],
): ConnectorInUse {
  const { value, ...broken } = read;
  const rest = read.rest ?? (value === undefined ? undefined : { value, dropped: [] });
  return { ...broken, ...place, ...(rest !== undefined && { rest }), problems: [...read.problems, ...found] };
}

function placeAll(yaml: YamlFile, findings: readonly Finding[]): readonly Problem[] {
  return findings.map((finding) => placeIn(yaml, finding));
}
