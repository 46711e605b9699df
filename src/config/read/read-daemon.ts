// Reads and checks `vestibule.yaml`.
import { existsSync } from 'node:fs';
import type { Problem } from '../../domain/errors.ts';
import type { SourceId } from '../../domain/ids.ts';
import { checkAttributes, namesDeclared } from '../schemas/custom-attributes.ts';
import { checkListeners, defaultDaemonConfig, toDaemonConfig, type DaemonConfig } from '../daemon-config.ts';
import { daemonFile, type DaemonFile } from '../schemas/daemon-file.ts';
import type { Finding } from '../checks/finding.ts';
import type { Machine } from '../machine.ts';
import { placeIn, readYamlFile } from './read-file.ts';
import type { Remainder } from './parse-remainder.ts';
import { checkTrusts } from '../schemas/source-settings.ts';

/** The result of reading `vestibule.yaml`. `config` is missing if there are problems. */
export interface DaemonRead {
  readonly config: DaemonConfig | undefined;
  /** Names of the Sources; `undefined` if the section has problems or the file cannot be parsed. Known despite problems in other sections. */
  readonly sources: readonly SourceId[] | undefined;
  readonly problems: readonly Problem[];
}

/** Reads `vestibule.yaml`; returns the defaults if it does not exist. Never throws because of its content. */
export function readDaemon(file: string, machine: Machine): DaemonRead {
  if (!existsSync(file)) return toRead(defaultDaemonConfig(), []);
  const { yaml, value, rest, problems } = readYamlFile(file, 'vestibule', daemonFile, machine);
  if (yaml === undefined) return { config: undefined, sources: undefined, problems };
  if (value === undefined) {
    const { attributes } = Object(yaml.value) as { readonly attributes?: unknown };
    const findings = [...checkAttributes(namesDeclared(attributes)), ...checkRemainder(rest)];
    const sources = rest !== undefined && isWhole(rest, 'sources') ? Object.keys(toDaemonConfig(rest.value).sources) : undefined;
    return { config: undefined, sources, problems: [...problems, ...findings.map((finding) => placeIn(yaml, finding))] };
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
  const read = toRead(
    config,
    findings.map((finding) => placeIn(yaml, finding)),
  );
  return broken ? { ...read, config: undefined } : read;
}

function toRead(config: DaemonConfig, problems: readonly Problem[]): DaemonRead {
  return { config, sources: Object.keys(config.sources), problems };
}

/**
 * Finds further problems in a `vestibule.yaml` with schema problems. A section from which a value was removed is not checked as a whole.
 */
function checkRemainder(rest: Remainder<DaemonFile> | undefined): readonly Finding[] {
  if (rest === undefined) return [];
  const config = toDaemonConfig(rest.value);
  return [...(isWhole(rest, 'server') ? checkListeners(config) : []), ...(isWhole(rest, 'sources') ? checkTrusts(config.sources) : [])];
}

function isWhole({ dropped }: Remainder<DaemonFile>, section: string): boolean {
  return dropped.every(([top]) => top !== section);
}
