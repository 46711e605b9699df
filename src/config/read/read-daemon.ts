// Reads `vestibule.yaml`.
import { existsSync } from 'node:fs';
import type { Problem } from '../../domain/errors.ts';
import { checkAttributes, namesDeclared } from '../schemas/custom-attributes.ts';
import { checkListeners, defaultDaemonConfig, toDaemonConfig, type DaemonConfig } from '../daemon-config.ts';
import { daemonFile, type DaemonFile } from '../schemas/daemon-file.ts';
import type { Finding } from '../checks/finding.ts';
import type { Machine } from '../machine.ts';
import { placeIn, readYamlFile } from './read-file.ts';
import type { Remainder } from './parse-remainder.ts';
import { checkTrusts } from '../schemas/source-settings.ts';

/** What `vestibule.yaml` says; without `config` it has problems. */
export interface DaemonRead {
  readonly config: DaemonConfig | undefined;
  readonly problems: readonly Problem[];
}

/** Reads `vestibule.yaml`; returns the defaults if it does not exist. Never throws because of its content. */
export function readDaemon(file: string, machine: Machine): DaemonRead {
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
