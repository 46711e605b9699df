// Reads the Connectors: those shipped with Vestibule and the site's own.
import { basename, join, resolve } from 'node:path';
import type { Problem } from '../../domain/errors.ts';
import { connectorFile, type ConnectorFile } from '../schemas/connector-file.ts';
import { checkConnectorTrust } from '../checks/connector-trust.ts';
import type { Finding } from '../checks/finding.ts';
import { thisMachine, type Machine } from '../machine.ts';
import { listFolders } from './list-entries.ts';
import { placeIn, readYamlFile, type FileRead } from './read-file.ts';
import type { YamlFile } from '../yaml/yaml-file.ts';

/** The result of reading a Connector. `value` is missing if there are problems. */
export interface ConnectorInUse extends FileRead<ConnectorFile> {
  readonly name: string;
  readonly folder: string;
}

/**
 * Reads all Connectors of two folders, by name. If the site has a Connector with the name of a shipped Connector, the shipped one is used
 * and the other is a problem.
 */
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
        message: `a connector named ${read.name} already exists in ${other.folder}`,
        hint: 'Rename the folder of this connector, and set connector: NAME to the new name.',
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

/** Rejects a Connector that contains settings that only the Target's file can contain. Its other problems are also reported. */
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
