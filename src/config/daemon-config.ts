// The configuration of the daemon: `vestibule.yaml` with defaults and command line overrides applied.
import type { Problem } from '../domain/errors.ts';
import type { SourceId } from '../domain/ids.ts';
import type { CustomAttribute } from '../domain/person-view.ts';
import { isLoopback } from '../domain/ip-address.ts';
import { parseListen, showListen, type ListenAddress } from './address.ts';
import { toCustomAttributes } from './schemas/custom-attributes.ts';
import { daemonFile, type DaemonFile } from './schemas/daemon-file.ts';
import type { Finding } from './checks/finding.ts';
import { defaultSource, toSourceConfig, type SourceConfig } from './schemas/source-settings.ts';

/** The configuration of the daemon, with all defaults. */
export interface DaemonConfig {
  /** Without a trailing slash; the Tenant URL is this URL plus `/scim`. Default: derived from the listener. */
  readonly publicUrl?: string;
  readonly scim: {
    readonly listen: ListenAddress;
    readonly plainHttp?: 'behindProxy';
    /** IP addresses and networks in CIDR notation. */
    readonly trustedProxies: readonly string[];
    /** Origins of web pages that can send requests from a browser. */
    readonly allowedOrigins: readonly string[];
    readonly tls?: { readonly cert: string; readonly key: string };
  };
  readonly admin: {
    /** `undefined`: no admin listener; commands use the socket. */
    readonly listen: ListenAddress | undefined;
  };
  /** The Sources in the file, or `default` if the file lists none; use `sourceConfig` to read one. */
  readonly sources: Readonly<Record<SourceId, SourceConfig>>;
  readonly attributes: readonly CustomAttribute[];
  readonly keep: { readonly journalMs: number; readonly files: number };
  /** Time between a Change and the planning of a Target. */
  readonly settleMs: number;
}

/** The configuration without a file. */
export function defaultDaemonConfig(): DaemonConfig {
  return toDaemonConfig(daemonFile.parse({}));
}

/** Converts a parsed file to the configuration. */
export function toDaemonConfig(file: DaemonFile): DaemonConfig {
  const { server, sources, attributes, keep, delivery } = file;
  const { listen, plainHttp, trustedProxies, allowedOrigins, tls } = server.scim;
  return {
    ...(server.publicUrl !== undefined && { publicUrl: server.publicUrl }),
    scim: {
      listen: listen ?? { host: '127.0.0.1', port: 8080 },
      trustedProxies,
      allowedOrigins,
      ...(plainHttp !== undefined && { plainHttp }),
      ...(tls !== undefined && { tls }),
    },
    admin: { listen: server.admin?.listen },
    sources: toSources(sources),
    attributes: toCustomAttributes(attributes),
    keep: { journalMs: keep.journal, files: keep.files },
    settleMs: delivery.settle,
  };
}

function toSources(sources: DaemonFile['sources']): Readonly<Record<SourceId, SourceConfig>> {
  const named = Object.entries(sources).map(([id, settings]) => [id, toSourceConfig(settings)] as const);
  return named.length === 0 ? { default: defaultSource } : Object.fromEntries(named);
}

/** The settings of a Source; the defaults if the file does not list it. */
export function sourceConfig(config: Pick<DaemonConfig, 'sources'>, source: SourceId): SourceConfig {
  return Object.hasOwn(config.sources, source) ? (config.sources[source] ?? defaultSource) : defaultSource;
}

/** Overrides of the listeners from the command line and the environment, as unparsed text. */
export interface ListenOverrides {
  /** `--listen` or `VESTIBULE_LISTEN`. */
  readonly listen?: string | undefined;
  /** `--plain-http` or `VESTIBULE_PLAIN_HTTP`. */
  readonly plainHttp?: string | undefined;
  /** `--admin-listen`. */
  readonly adminListen?: string | undefined;
}

/**
 * Applies the overrides to the listeners of a configuration. The admin listener exists only if the file or `adminListen` sets it. Returns
 * problems for invalid overrides, and those of `checkListeners`.
 */
export function withListenOverrides(
  config: DaemonConfig,
  overrides: ListenOverrides,
): { readonly config: DaemonConfig; readonly problems: readonly Problem[] } {
  const scimListen = overrides.listen === undefined ? undefined : parseListen(overrides.listen);
  const adminListen = overrides.adminListen === undefined ? undefined : parseListen(overrides.adminListen);
  const plainHttp = overrides.plainHttp === 'behindProxy' ? 'behindProxy' : config.scim.plainHttp;
  const effective: DaemonConfig = {
    ...config,
    scim: { ...config.scim, listen: scimListen ?? config.scim.listen, ...(plainHttp !== undefined && { plainHttp }) },
    admin: { listen: adminListen ?? config.admin.listen },
  };
  const problems = [
    ...unreadable('listen', overrides.listen, scimListen),
    ...unreadable('adminListen', overrides.adminListen, adminListen),
    ...(overrides.plainHttp === undefined || overrides.plainHttp === 'behindProxy'
      ? []
      : [
          {
            path: ['plainHttp'],
            message: `is "${overrides.plainHttp}", which is not valid`,
            hint: 'Use behindProxy.',
            level: 'problem' as const,
          },
        ]),
    ...checkListeners(effective),
  ];
  return { config: effective, problems: problems.map(({ path, ...rest }) => ({ file: 'command line', path: path.join('.'), ...rest })) };
}

function unreadable(key: string, text: string | undefined, address: ListenAddress | undefined): readonly Finding[] {
  if (text === undefined || address !== undefined) return [];
  return [
    {
      path: [key],
      message: `is "${text}", which is not a valid address`,
      hint: 'Write an address such as 127.0.0.1:8080.',
      level: 'problem',
    },
  ];
}

/** Finds unsafe listeners: unencrypted SCIM on a non-loopback address, and an admin listener that other machines can reach. */
export function checkListeners({ scim, admin }: Pick<DaemonConfig, 'scim' | 'admin'>): readonly Finding[] {
  const findings: Finding[] = [];
  if (!isLoopback(scim.listen.host) && scim.tls === undefined && scim.plainHttp === undefined) {
    findings.push({
      path: ['server', 'scim', 'listen'],
      message: `${showListen(scim.listen)} accepts unencrypted connections from other machines`,
      hint: 'Set tls: { cert, key }, or plainHttp: behindProxy if a reverse proxy terminates TLS.',
      level: 'problem',
    });
  }
  if (scim.plainHttp !== undefined && scim.trustedProxies.length === 0) {
    findings.push({
      path: ['server', 'scim', 'trustedProxies'],
      message: 'is empty, so all clients appear to have the address of the proxy, and failed logins by one client slow down all of them',
      hint: 'Add the address or network of the proxy, such as 172.18.0.0/16.',
      level: 'warning',
    });
  }
  if (admin.listen !== undefined && !isLoopback(admin.listen.host)) {
    findings.push({
      path: ['server', 'admin', 'listen'],
      message: `${showListen(admin.listen)} is reachable from other machines and shows the data of all people`,
      hint: 'Listen on 127.0.0.1, or block access from other machines in the firewall.',
      level: 'warning',
    });
  }
  return findings;
}
