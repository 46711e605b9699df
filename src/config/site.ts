// Reads all configuration files of a site into definitions and problems.
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Problem } from '../domain/errors.ts';
import type { SourceId, TargetName } from '../domain/ids.ts';
import type { TargetDefinition } from '../domain/target.ts';
import { findNearest, hintFor } from '../mapping/nearest-word.ts';
import { checkMerged } from './check-definition.ts';
import { connectorFile, type ConnectorFile } from './connector-file.ts';
import { checkAttributes, namesDeclared } from './custom-attributes.ts';
import { checkListeners, defaultDaemonConfig, toDaemonConfig, type DaemonConfig } from './daemon-config.ts';
import { daemonFile, type DaemonFile } from './daemon-file.ts';
import { checkConnectorTrust, isSettingOfTarget } from './connector-trust.ts';
import type { Finding } from './finding.ts';
import { checkNeeds } from './connector-needs.ts';
import { checkMachine } from './machine-checks.ts';
import { thisMachine, type Machine } from './machine.ts';
import { mergeDefinition } from './merge-definition.ts';
import { listEntries } from './list-entries.ts';
import { findMisnamed } from './misnamed-files.ts';
import { placeIn, readYamlFile, withoutRepeats, type FileRead } from './read-file.ts';
import { isDoubtful, type Remainder } from './parse-remainder.ts';
import { settingsKeys } from './schema-hints.ts';
import { checkTrusts } from './source-settings.ts';
import { targetFile } from './target-file.ts';
import type { Path, YamlFile } from './yaml-file.ts';

/** The content of all files of a site, and all problems in them. */
export interface Site {
  /** From `vestibule.yaml`; without the file, or with problems in it, what `readSite` was told to fall back to. */
  readonly daemon: DaemonConfig;
  readonly daemonBroken: boolean;
  /** Targets without problems, by name. What is in force is the applied definition in the store. */
  readonly fileDefinitions: ReadonlyMap<TargetName, TargetDefinition>;
  /** Names of the Targets whose own file, or whose Connector, has problems: what was applied stays in force. */
  readonly brokenTargets: readonly TargetName[];
  /** Of all files; warnings and notes too. */
  readonly problems: readonly Problem[];
  /** What was read. */
  readonly read: SiteRead;
  /** What is left of the Targets with problems, for `checkSite` to find what else is wrong with them. */
  readonly unsound: readonly UnsoundDefinition[];
  /** Where the parts of each definition are written. */
  readonly origins: ReadonlyMap<TargetName, DefinitionOrigin>;
}

/** A definition with problems; never in force. `dropped`: the places that its schemas refused, which it lacks. */
export interface UnsoundDefinition {
  readonly definition: TargetDefinition;
  readonly dropped: readonly Path[];
}

/** What was read, for `check` to report: a wrong folder has no problems either. */
export interface SiteRead {
  /** Absolute. */
  readonly folder: string;
  /** Files of Targets, those with problems too. */
  readonly targets: number;
  /** Connectors of the site's own, and shipped ones that its Targets name. */
  readonly connectors: number;
}

/** The two files that a definition is made of. */
export interface DefinitionOrigin {
  readonly target: YamlFile;
  readonly connector: YamlFile;
}

/** How a site is read. */
export interface ReadOptions {
  readonly machine?: Machine;
  /** What holds when `vestibule.yaml` has problems; the defaults when missing. */
  readonly fallback?: DaemonConfig;
}

/**
 * Reads all files of a site: `vestibule.yaml`, `targets/*.yaml` and `connectors/*` of `configFolder`, and the shipped Connectors. Never
 * throws over what they say: a broken file costs its own Target only. Folders that are not there are empty. Settings of Drivers are
 * left to `checkSite`.
 */
export function readSite(configFolder: string, shippedConnectors: string, { machine = thisMachine(), fallback }: ReadOptions = {}): Site {
  const daemon = readDaemon(join(configFolder, 'vestibule.yaml'), machine);
  const config = daemon.config ?? fallback ?? defaultDaemonConfig();
  const { connectors, problems: connectorProblems } = readConnectors(shippedConnectors, join(configFolder, 'connectors'), machine);
  const files = listTargets(join(configFolder, 'targets'));
  // With problems in vestibule.yaml the names of the Sources are not known.
  const sources = daemon.config === undefined ? undefined : Object.keys(config.sources);
  const targets = files.map((file) => readTarget(file, { connectors, config, sources, machine }));
  return {
    daemon: config,
    daemonBroken: daemon.config === undefined,
    fileDefinitions: new Map(targets.flatMap(({ name, definition }) => (definition === undefined ? [] : [[name, definition] as const]))),
    brokenTargets: targets.filter(({ definition }) => definition === undefined).map(({ name }) => name),
    problems: withoutRepeats([
      ...daemon.problems,
      ...findMisnamed(configFolder, machine),
      ...connectorProblems,
      ...targets.flatMap(({ problems }) => problems),
    ]),
    unsound: targets.flatMap(({ unsound }) => (unsound === undefined ? [] : [unsound])),
    read: {
      folder: resolve(configFolder),
      targets: files.length,
      connectors: new Set([
        ...listFolders(join(configFolder, 'connectors')).map((folder) => basename(folder)),
        ...targets.flatMap(({ connector }) => (connector === undefined ? [] : [connector])),
      ]).size,
    },
    origins: new Map(targets.flatMap(({ name, origin }) => (origin === undefined ? [] : [[name, origin] as const]))),
  };
}

/** A finding about a definition as a problem of the file that it comes from: the one that says more of its path. */
export function placeFinding({ target, connector }: DefinitionOrigin, finding: Finding & { readonly atKey?: boolean }): Problem {
  const [top = ''] = finding.path;
  if (finding.inTarget === true) return placeIn(target, finding);
  const [inConnector, inTarget] = [connector.depthOf(finding.path), target.depthOf(finding.path)];
  const isMissing = top === 'settings' && Math.max(inConnector, inTarget) < 2;
  if (isMissing) return placeIn(isSettingOfTarget(String(finding.path[1])) ? target : connector, finding);
  return placeIn(onlyInConnector.has(top) || inConnector > inTarget ? connector : target, finding);
}

/** Keys that a Target's file does not have: a problem with one of them belongs to the Connector, even where it is missing. */
const onlyInConnector = new Set<string | number>(['driver', 'can', 'absent', 'match', 'needs']);

interface DaemonRead {
  readonly config: DaemonConfig | undefined;
  readonly problems: readonly Problem[];
}

function readDaemon(file: string, machine: Machine): DaemonRead {
  if (!existsSync(file)) return { config: defaultDaemonConfig(), problems: [] };
  const { yaml, value, rest, problems } = readYamlFile(file, 'vestibule', daemonFile, machine);
  if (yaml === undefined) return { config: undefined, problems };
  if (value === undefined) {
    const { attributes } = Object(yaml.value) as { readonly attributes?: unknown };
    const findings = [...checkAttributes(namesDeclared(attributes)), ...checkRemainder(rest)];
    return { config: undefined, problems: [...problems, ...findings.map((finding) => placeIn(yaml, finding))] };
  }
  const config = toDaemonConfig(value);
  const { cert, key } = config.scim.tls ?? {};
  const missing = Object.entries({ cert, key }).filter(([, path]) => path !== undefined && !machine.isFile(path));
  const findings: readonly Finding[] = [
    ...checkListeners(config),
    ...checkAttributes(config.attributes),
    ...checkTrusts(config.sources),
    ...missing.map(([name, path]) => ({
      path: ['server', 'scim', 'tls', name],
      message: `the file ${path} does not exist`,
      hint: 'Create or mount it.',
      level: 'warning' as const,
    })),
  ];
  const broken = findings.some(({ level }) => level === 'problem');
  return { config: broken ? undefined : config, problems: findings.map((finding) => placeIn(yaml, finding)) };
}

/** What else is wrong with a `vestibule.yaml` whose schema refuses a part; a section that lost something is not judged as a whole. */
function checkRemainder(rest: Remainder<DaemonFile> | undefined): readonly Finding[] {
  if (rest === undefined) return [];
  const isWhole = (section: string) => rest.dropped.every(([top]) => top !== section);
  const config = toDaemonConfig(rest.value);
  return [...(isWhole('server') ? checkListeners(config) : []), ...(isWhole('sources') ? checkTrusts(config.sources) : [])];
}

interface ConnectorInUse extends FileRead<ConnectorFile> {
  readonly name: string;
  readonly folder: string;
}

function readConnectors(
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

/** Reads the Connector in a folder; its name is that of the folder whatever the file says. */
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

/** A Connector that says what only the Target's file may: whatever else is wrong is told too, and it is not used. */
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

function listFolders(folder: string): readonly string[] {
  return listEntries(folder)
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map(({ name }) => join(folder, name));
}

function listTargets(folder: string): readonly string[] {
  return listEntries(folder)
    .filter(({ name }) => name.endsWith('.yaml'))
    .map(({ name }) => join(folder, name));
}

interface TargetRead {
  readonly name: TargetName;
  /** Name of the Connector, where there is one of this name. */
  readonly connector?: string;
  /** Missing when anything is wrong. */
  readonly definition?: TargetDefinition;
  readonly unsound?: UnsoundDefinition;
  readonly origin?: DefinitionOrigin;
  readonly problems: readonly Problem[];
}

/** What a Target's file is held against. */
interface Surroundings {
  readonly connectors: ReadonlyMap<string, ConnectorInUse>;
  readonly config: DaemonConfig;
  /** Names of the Sources; `undefined` when they are unknown. */
  readonly sources: readonly SourceId[] | undefined;
  readonly machine: Machine;
}

/** Goes on as far as it can: a problem hides another one only where that would be a guess. */
function readTarget(file: string, { connectors, config, sources, machine }: Surroundings): TargetRead {
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

/** Settings at the top of a file instead of under `settings`: they are unknown keys there, and not missing as well. */
function findMisplaced(content: unknown): readonly Path[] {
  return Object.keys(Object(content) as object).flatMap((key) => (settingsKeys.has(key) ? [['settings', key]] : []));
}

function checkTargetName(target: string, file: string): readonly Finding[] {
  const name = basename(file, '.yaml');
  if (target === name) return [];
  const message = `is ${target}, but its file is ${name}.yaml`;
  const isTaken = existsSync(join(dirname(file), `${target}.yaml`));
  const otherwise = isTaken ? `remove this file: ${target}.yaml exists, too` : `rename the file to ${target}.yaml`;
  return [{ path: ['target'], message, hint: `Write target: ${name}, or ${otherwise}.`, level: 'problem' }];
}

/** A Source that does not exist has no people: everyone would leave the Target. */
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
    { path: ['connector'], message: `not used: the connector ${name} has problems`, hint: `Fix ${connector.file} first.`, level: 'note' },
  ];
}
