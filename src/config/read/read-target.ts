// Reads a Target's file and merges it with its Connector.
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Problem } from '../../domain/errors.ts';
import type { SourceId, TargetName } from '../../domain/ids.ts';
import type { TargetDefinition } from '../../domain/target.ts';
import { findNearest, hintFor } from '../../mapping/nearest-word.ts';
import { checkMerged } from '../checks/check-definition.ts';
import type { DaemonConfig } from '../daemon-config.ts';
import type { Finding } from '../checks/finding.ts';
import { checkNeeds } from '../checks/connector-needs.ts';
import { checkMachine } from '../checks/machine-checks.ts';
import type { Machine } from '../machine.ts';
import { mergeDefinition } from './merge-definition.ts';
import { placeIn, readYamlFile } from './read-file.ts';
import { isDoubtful } from './parse-remainder.ts';
import { settingsKeys } from '../schemas/schema-hints.ts';
import { targetFile } from '../schemas/target-file.ts';
import type { Path } from '../yaml/yaml-file.ts';
import type { ConnectorInUse } from './read-connectors.ts';
import { placeFinding, type DefinitionOrigin } from '../checks/place-finding.ts';

/**
 * A definition with problems, which never takes effect. `dropped` are the paths of the values that its schemas rejected and that were
 * removed.
 */
export interface UnsoundDefinition {
  readonly definition: TargetDefinition;
  readonly dropped: readonly Path[];
}

/** The result of reading a Target's file. */
export interface TargetRead {
  readonly name: TargetName;
  /** Name of the Connector, if a Connector with this name exists. */
  readonly connector?: string;
  /** Missing if there is any problem. */
  readonly definition?: TargetDefinition;
  readonly unsound?: UnsoundDefinition;
  readonly origin?: DefinitionOrigin;
  readonly problems: readonly Problem[];
}

/** The context of a Target's file: Connectors, Sources and machine. */
export interface Surroundings {
  readonly connectors: ReadonlyMap<string, ConnectorInUse>;
  readonly config: DaemonConfig;
  /** Names of the Sources; `undefined` when they are unknown. */
  readonly sources: readonly SourceId[] | undefined;
  readonly machine: Machine;
}

/** Reads a Target's file. After a problem, continues with the content that is not affected. */
export function readTarget(file: string, { connectors, config, sources, machine }: Surroundings): TargetRead {
  const name = basename(file, '.yaml');
  const { yaml, value, rest, problems: ofFile } = readYamlFile(file, 'target', targetFile, machine);
  const read = value ?? rest?.value;
  if (yaml === undefined || read === undefined) return { name, problems: ofFile };
  const named = [...checkTargetName(read.target, file), ...checkSource(read.source, sources)];
  const problems = [...ofFile, ...named.map((finding) => placeIn(yaml, finding))];
  const connector = connectors.get(read.connector);
  const faults = checkConnector(read.connector, connector, connectors);
  problems.push(...faults.map((finding) => placeIn(yaml, finding)));
  const connectorFile = connector?.value ?? connector?.rest?.value;
  if (connector?.yaml === undefined || connectorFile === undefined) return { name, problems };
  const definition = { ...mergeDefinition({ connector: connectorFile, folder: connector.folder }, read), target: name };
  const dropped = [...(rest?.dropped ?? []), ...(connector.rest?.dropped ?? []), ...findMisplaced(yaml.value)];
  const findings = [
    ...checkNeeds(connectorFile.needs, definition),
    ...checkMerged(definition, config.attributes),
    ...checkMachine(definition, machine),
  ].filter((finding) => !isDoubtful(finding, dropped));
  const origin: DefinitionOrigin = { target: yaml, connector: connector.yaml };
  const broken = connector.value === undefined || [...problems, ...findings].some(({ level }) => level === 'problem');
  return {
    name,
    origin,
    connector: connector.name,
    ...(broken ? { unsound: { definition, dropped } } : { definition }),
    problems: [...problems, ...findings.map((finding) => placeFinding(origin, finding))],
  };
}

/** Finds settings at the top level instead of under `settings`. They are reported as unknown keys, and not also as missing settings. */
function findMisplaced(content: unknown): readonly Path[] {
  return Object.keys(Object(content) as object).flatMap((key) => (settingsKeys.has(key) ? [['settings', key]] : []));
}

function checkTargetName(target: string, file: string): readonly Finding[] {
  const name = basename(file, '.yaml');
  if (target === name) return [];
  const message = `is ${target}, but its file is ${name}.yaml`;
  const isTaken = existsSync(join(dirname(file), `${target}.yaml`));
  const otherwise = isTaken ? `remove this file: ${target}.yaml also exists` : `rename the file to ${target}.yaml`;
  return [{ path: ['target'], message, hint: `Write target: ${name}, or ${otherwise}.`, level: 'problem' }];
}

/** Reports an unknown Source: it has no people, so everyone would leave the Target. */
function checkSource(source: string | undefined, known: readonly SourceId[] | undefined): readonly Finding[] {
  if (source === undefined || known === undefined || known.includes(source)) return [];
  const nearest = findNearest(source, known);
  const meant = nearest === undefined ? '' : `Did you mean ${nearest}? `;
  const hint = `${meant}To add it, write in vestibule.yaml: sources: { ${source}: {} }`;
  return [{ path: ['source'], message: `unknown source ${source}; known: ${known.join(', ')}`, hint, level: 'problem' }];
}

function checkConnector(
  name: string,
  connector: ConnectorInUse | undefined,
  connectors: ReadonlyMap<string, ConnectorInUse>,
): readonly Finding[] {
  if (connector === undefined) {
    const hint = hintFor(name, [...connectors.keys()]) ?? `Create connectors/${name}/connector.yaml, or use a shipped connector.`;
    return [{ path: ['connector'], message: `unknown connector ${name}`, hint, level: 'problem' }];
  }
  if (connector.value !== undefined) return [];
  return [
    {
      path: ['connector'],
      message: `the file is not used because the connector ${name} has problems`,
      hint: `Fix ${connector.file} first.`,
      level: 'note',
    },
  ];
}
