import type { Problem } from '../domain/errors.ts';
import type { SourceId } from '../domain/ids.ts';
import { viewTexts, type CustomAttribute } from '../domain/person-view.ts';
import { ENTERPRISE_USER_URN, GROUP_URN, USER_URN } from '../scim/resource.ts';
import { defineAttribute, type SchemaExtension } from '../scim/schema/definition.ts';
import { isLoopback, parseListen, showListen, type ListenAddress } from './address.ts';
import { daemonFile, type DaemonFile } from './daemon-file.ts';
import type { Path } from './yaml-file.ts';

/** Pace of one identity-provider connection. */
export interface SourceConfig {
  /** The first cycle is over after this long without a write. */
  readonly quietMs: number;
  /** Delayed steps for leavers wait after this long without hearing from it. */
  readonly silentMs: number;
}

/** What the daemon runs with: its file, with every default filled in. */
export interface DaemonConfig {
  /** Without a slash at its end; the Tenant URL is this and `/scim`. Missing: made from the listener. */
  readonly publicUrl?: string;
  readonly scim: {
    readonly listen: ListenAddress;
    readonly plainHttp?: 'behindProxy';
    /** IP addresses and networks in CIDR notation. */
    readonly trustedProxies: readonly string[];
    readonly tls?: { readonly cert: string; readonly key: string };
  };
  readonly admin: {
    /** `undefined`: no such listener. */
    readonly listen: ListenAddress | undefined;
    /** The file or the command line names it: it is wanted whatever `start --listen` says. */
    readonly named: boolean;
  };
  /** Those of the file and `default`; ask `sourceConfig`. */
  readonly sources: Readonly<Record<SourceId, SourceConfig>>;
  readonly attributes: readonly CustomAttribute[];
  readonly keep: { readonly journalMs: number; readonly files: number };
  /** How long after a Change a Target is planned. */
  readonly settleMs: number;
}

/** The configuration without any file. */
export function defaultDaemonConfig(): DaemonConfig {
  return toDaemonConfig(daemonFile.parse({}));
}

/** The configuration that a parsed file gives. */
export function toDaemonConfig(file: DaemonFile): DaemonConfig {
  const { server, sources, attributes, keep, delivery } = file;
  const { listen, plainHttp, trustedProxies, tls } = server.scim;
  return {
    ...(server.publicUrl !== undefined && { publicUrl: server.publicUrl }),
    scim: {
      listen: listen ?? { host: '127.0.0.1', port: 8080 },
      trustedProxies,
      ...(plainHttp !== undefined && { plainHttp }),
      ...(tls !== undefined && { tls }),
    },
    admin: { listen: server.admin?.listen ?? { host: '127.0.0.1', port: 8081 }, named: server.admin?.listen !== undefined },
    sources: {
      default: defaultSource,
      ...Object.fromEntries(Object.entries(sources).map(([id, { quiet, silent }]) => [id, { quietMs: quiet, silentMs: silent }])),
    },
    attributes: Object.entries(attributes).flatMap(([urn, names]) => Object.entries(names).map(([name, type]) => ({ urn, name, type }))),
    keep: { journalMs: keep.journal, files: keep.files },
    settleMs: delivery.settle,
  };
}

const defaultSource: SourceConfig = { quietMs: 20 * 60_000, silentMs: 72 * 3_600_000 };

/** Pace of a Source; the defaults for one that no file names. */
export function sourceConfig(config: Pick<DaemonConfig, 'sources'>, source: SourceId): SourceConfig {
  return Object.hasOwn(config.sources, source) ? (config.sources[source] ?? defaultSource) : defaultSource;
}

/** SCIM schemas of the declared attributes, one for each URN, for `/Schemas` and for reading documents. */
export function toExtensions(attributes: readonly CustomAttribute[]): readonly SchemaExtension[] {
  const types = { text: 'string', boolean: 'boolean', number: 'decimal' } as const;
  return [...Map.groupBy(attributes, ({ urn }) => urn)].map(([urn, declared]) => ({
    resourceType: 'User',
    schema: {
      id: urn,
      name: 'Custom attributes',
      description: 'Attributes that this site declared.',
      attributes: declared.map(({ name, type }) => defineAttribute(name, `Custom attribute (${type}).`, { type: types[type] })),
    },
  }));
}

/** What a command line or the environment says about the listeners; texts as given. */
export interface ListenWishes {
  /** `--listen` or `VESTIBULE_LISTEN`. */
  readonly listen?: string | undefined;
  /** `--plain-http` or `VESTIBULE_PLAIN_HTTP`. */
  readonly plainHttp?: string | undefined;
  /** `--admin-listen`. */
  readonly adminListen?: string | undefined;
}

/**
 * The listeners of a configuration as the command line wants them. `listen` turns the admin listener off unless the file or
 * `adminListen` names one. Problems: what cannot be read, and what `checkListeners` finds.
 */
export function withListenWishes(
  config: DaemonConfig,
  wishes: ListenWishes,
): { readonly config: DaemonConfig; readonly problems: readonly Problem[] } {
  const scimListen = wishes.listen === undefined ? undefined : parseListen(wishes.listen);
  const adminListen = wishes.adminListen === undefined ? undefined : parseListen(wishes.adminListen);
  const plainHttp = wishes.plainHttp === 'behindProxy' ? 'behindProxy' : config.scim.plainHttp;
  const named = config.admin.named || adminListen !== undefined;
  const wished: DaemonConfig = {
    ...config,
    scim: { ...config.scim, listen: scimListen ?? config.scim.listen, ...(plainHttp !== undefined && { plainHttp }) },
    admin: { listen: adminListen ?? (wishes.listen === undefined || named ? config.admin.listen : undefined), named },
  };
  const problems = [
    ...unreadable('listen', wishes.listen, scimListen),
    ...unreadable('adminListen', wishes.adminListen, adminListen),
    ...(wishes.plainHttp === undefined || wishes.plainHttp === 'behindProxy'
      ? []
      : [
          {
            path: ['plainHttp'],
            message: `is "${wishes.plainHttp}"`,
            hint: 'the only word for it: behindProxy',
            level: 'problem' as const,
          },
        ]),
    ...checkListeners(wished),
  ];
  return { config: wished, problems: problems.map(({ path, ...rest }) => ({ file: 'command line', path: path.join('.'), ...rest })) };
}

/** A finding of a check, not yet placed in a file. */
export interface Finding {
  readonly path: Path;
  readonly message: string;
  readonly hint?: string;
  readonly level: Problem['level'];
}

function unreadable(key: string, text: string | undefined, address: ListenAddress | undefined): readonly Finding[] {
  if (text === undefined || address !== undefined) return [];
  return [{ path: [key], message: `is "${text}", which is not an address`, hint: 'write for example 127.0.0.1:8080', level: 'problem' }];
}

/** What is unsafe about the listeners: SCIM in the clear beyond this machine, an admin listener that others reach. */
export function checkListeners({ scim, admin }: Pick<DaemonConfig, 'scim' | 'admin'>): readonly Finding[] {
  const findings: Finding[] = [];
  if (!isLoopback(scim.listen) && scim.tls === undefined && scim.plainHttp === undefined) {
    findings.push({
      path: ['server', 'scim', 'listen'],
      message: `${showListen(scim.listen)} can be reached from other machines without encryption`,
      hint: 'say tls: { cert, key }, or plainHttp: behindProxy where a reverse proxy does that',
      level: 'problem',
    });
  }
  if (admin.listen !== undefined && !isLoopback(admin.listen)) {
    findings.push({
      path: ['server', 'admin', 'listen'],
      message: `whoever reaches ${showListen(admin.listen)} can act on every Target`,
      hint: 'listen on 127.0.0.1, or keep other machines out',
      level: 'warning',
    });
  }
  return findings;
}

/** Names that custom attributes cannot have: expressions know them already. */
const takenNames = new Set<string>([...viewTexts, 'active', 'manager', 'groups', 'groupIds', 'roles', 'custom', 'user']);

/** Words that CEL keeps for itself. */
const reservedWords = new Set(['as', 'break', 'const', 'continue', 'else', 'false', 'for', 'function', 'if', 'import', 'in', 'let', 'loop', 'namespace', 'null', 'package', 'return', 'true', 'var', 'void', 'while', 'cel', 'google', 'bool', 'bytes', 'double', 'dyn', 'int', 'list', 'map', 'string', 'type', 'uint', 'null_type', 'optional']); // prettier-ignore

/** What is wrong with the declared attributes beyond their form: names that are taken, URNs that are ours. */
export function checkAttributes(attributes: readonly CustomAttribute[]): readonly Finding[] {
  const builtIn = new Set<string>([USER_URN, GROUP_URN, ENTERPRISE_USER_URN].map((urn) => urn.toLowerCase()));
  return attributes.flatMap(({ urn, name }, index) => {
    const path = ['attributes', urn, name];
    if (builtIn.has(urn.toLowerCase()))
      return [
        { path, message: 'belongs to a schema that is built in', hint: 'declare it under a URN of your own', level: 'problem' as const },
      ];
    const twin = attributes.slice(0, index).find((other) => other.name === name);
    if (twin !== undefined)
      return [
        { path, message: `is declared under ${twin.urn} as well`, hint: 'names in expressions are unique', level: 'problem' as const },
      ];
    if (takenNames.has(name))
      return [
        {
          path,
          message: `expressions already know a ${name}`,
          hint: 'the directory can send it under another name',
          level: 'problem' as const,
        },
      ];
    if (reservedWords.has(name))
      return [
        {
          path,
          message: 'is a word of the expression language',
          hint: 'the directory can send it under another name',
          level: 'problem' as const,
        },
      ];
    return [];
  });
}
