// Adds file and line to the problems that checks find in a definition.
import type { Problem } from '../../domain/errors.ts';
import { isSettingOfTarget } from './connector-trust.ts';
import type { Finding } from './finding.ts';
import { placeIn } from '../read/read-file.ts';
import type { Path, YamlFile } from '../yaml/yaml-file.ts';

/** The two source files of a definition. */
export interface DefinitionOrigin {
  readonly target: YamlFile;
  readonly connector: YamlFile;
}

/**
 * Converts a finding to a problem of the file that contains the value: the Target's file if its value replaces the Connector's, otherwise
 * the file that contains more keys of the path.
 */
export function placeFinding({ target, connector }: DefinitionOrigin, finding: Finding & { readonly atKey?: boolean }): Problem {
  const [top = ''] = finding.path;
  if (finding.inTarget === true || replaces(target, finding.path)) return placeIn(target, finding);
  const [inConnector, inTarget] = [connector.depthOf(finding.path), target.depthOf(finding.path)];
  const isMissing = top === 'settings' && Math.max(inConnector, inTarget) < 2;
  if (isMissing) return placeIn(isSettingOfTarget(String(finding.path[1])) ? target : connector, finding);
  return placeIn(onlyInConnector.has(top) || inConnector > inTarget ? connector : target, finding);
}

/**
 * True if the Target's file contains the mapping field or leaver reason of this path. It replaces the Connector's value as a whole
 * (`mergeDefinition`), even in a short form with fewer keys (`Email: mail`).
 */
function replaces(target: YamlFile, path: Path): boolean {
  return (path[0] === 'mapping' || path[0] === 'leavers') && target.depthOf(path) >= 2;
}

/** Keys that a Target's file cannot contain: their problems belong to the Connector, even if the key is missing. */
const onlyInConnector = new Set<string | number>(['driver', 'can', 'absent', 'match', 'needs']);
