// Reads all configuration files of a site, and returns definitions and problems.
import { basename, join, resolve } from 'node:path';
import type { Problem } from '../domain/errors.ts';
import type { TargetName } from '../domain/ids.ts';
import type { TargetDefinition } from '../domain/target.ts';
import { defaultDaemonConfig, type DaemonConfig } from './daemon-config.ts';
import { thisMachine, type Machine } from './machine.ts';
import { listEntries, listFolders } from './read/list-entries.ts';
import { findMisnamed } from './read/misnamed-files.ts';
import { withoutRepeats } from './read/read-file.ts';
import { readDaemon } from './read/read-daemon.ts';
import { readConnectors } from './read/read-connectors.ts';
import { readTarget, type UnsoundDefinition } from './read/read-target.ts';
import type { DefinitionOrigin } from './checks/place-finding.ts';

/** The content of all files of a site, and all problems in them. */
export interface Site {
  /** From `vestibule.yaml`; if it is missing or invalid, the fallback passed to `readSite`. */
  readonly daemon: DaemonConfig;
  readonly daemonBroken: boolean;
  /** Definitions of valid Targets by name. They are not necessarily in effect: the store has the applied definitions. */
  readonly fileDefinitions: ReadonlyMap<TargetName, TargetDefinition>;
  /** Names of Targets with problems in their file or Connector; their applied definition stays in effect. */
  readonly brokenTargets: readonly TargetName[];
  /** The problems of all files, including warnings and notes. */
  readonly problems: readonly Problem[];
  /** The folder and files that were read. */
  readonly read: SiteRead;
  /** The valid parts of Targets with problems, in which `checkSite` finds further problems. */
  readonly unsound: readonly UnsoundDefinition[];
  /** The source files of each definition. */
  readonly origins: ReadonlyMap<TargetName, DefinitionOrigin>;
}

/** The folder and files that were read; `check` reports them, because a wrong folder also has no problems. */
export interface SiteRead {
  /** Absolute. */
  readonly folder: string;
  /** Number of Target files, including files with problems. */
  readonly targets: number;
  /** Number of Connectors: the site's own, and the shipped ones that its Targets use. */
  readonly connectors: number;
}

/** Options of `readSite`. */
export interface ReadOptions {
  readonly machine?: Machine;
  /** The daemon configuration to use if `vestibule.yaml` has problems. If not set, the defaults are used. */
  readonly fallback?: DaemonConfig;
}

/**
 * Reads all files of a site: `vestibule.yaml`, `targets/*.yaml` and `connectors/*` of `configFolder`, and the shipped Connectors. Never
 * throws because of their content: an invalid file affects only its Target. Missing folders count as empty. `checkSite` checks the settings of
 * Drivers.
 */
export function readSite(configFolder: string, shippedConnectors: string, { machine = thisMachine(), fallback }: ReadOptions = {}): Site {
  const daemon = readDaemon(join(configFolder, 'vestibule.yaml'), machine);
  const config = daemon.config ?? fallback ?? defaultDaemonConfig();
  const { connectors, problems: connectorProblems } = readConnectors(shippedConnectors, join(configFolder, 'connectors'), machine);
  const files = listTargets(join(configFolder, 'targets'));
  const targets = files.map((file) => readTarget(file, { connectors, config, sources: daemon.sources, machine }));
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

function listTargets(folder: string): readonly string[] {
  return listEntries(folder)
    .filter(({ name }) => name.endsWith('.yaml'))
    .map(({ name }) => join(folder, name));
}
