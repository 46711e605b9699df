// Opens the listeners for SCIM and for the admin API.
import { readFile } from 'node:fs/promises';
import type { AdminApi } from '../admin/api.ts';
import { isLoopback } from '../domain/ip-address.ts';
import { showListen, type ListenAddress } from '../config/address.ts';
import { toExtensions } from '../config/custom-attributes.ts';
import type { DaemonConfig } from '../config/daemon-config.ts';
import { DaemonError, messageOf } from '../domain/errors.ts';
import type { Logger } from '../domain/logger.ts';
import { toOwnCommand } from '../domain/own-command.ts';
import { createAdminApp } from '../http/admin/admin-app.ts';
import type { AuthenticatedConnections } from '../http/limits/connection-limiter.ts';
import { defaultLimits } from '../http/limits/limits.ts';
import { TrustedProxies } from '../http/trusted-proxies.ts';
import { createScimApp } from '../http/scim/scim-app.ts';
import { defaultScimSettings } from '../http/scim/scim-deps.ts';
import { listen, type Listener } from '../http/server.ts';
import { compileSchemas } from '../scim/schema/compile-schemas.ts';
import { UndeclaredAttributeLog } from '../staging/undeclared-attribute-log.ts';
import { watchWrites } from '../staging/watch-writes.ts';
import type { Core } from './core.ts';

/** Options of the SCIM listener. */
export interface ScimListenOptions {
  readonly scim: DaemonConfig['scim'];
  /** True once the daemon is stopping: `/readyz` then reports that it is not ready. */
  readonly stopping: () => boolean;
}

/** Serves SCIM and the health checks. @throws {DaemonError} `listen` when the address or the certificate cannot be used. */
export async function listenForScim(core: Core, { scim, stopping }: ScimListenOptions): Promise<Listener> {
  const { config, engine, auth, clock, log } = core;
  const authenticated: AuthenticatedConnections = new WeakSet();
  const app = createScimApp({
    authenticated,
    store: watchWrites(core.stores.staging, () => engine.changed()),
    schemas: compileSchemas(toExtensions(config.attributes)),
    auth,
    clock,
    log,
    undeclared: new UndeclaredAttributeLog({ clock, log }),
    settings: {
      ...defaultScimSettings,
      ...(config.publicUrl !== undefined && { publicUrl: config.publicUrl }),
      proxies: new TrustedProxies(scim.trustedProxies),
      allowedOrigins: scim.allowedOrigins,
    },
    ready: () => {
      const { readOnly } = core;
      // A failing key server does not make us unready: our own tokens still work.
      const problems = [...(readOnly === undefined ? [] : [readOnly]), ...core.problems, ...auth.troubles()];
      return { ok: core.ready && !stopping() && readOnly === undefined, problems };
    },
  });
  const tls = scim.tls && { cert: await readPem(scim.tls.cert), key: await readPem(scim.tls.key) };
  try {
    const { listen: where, trustedProxies } = scim;
    return await listen(app, {
      address: where.host,
      port: where.port,
      trustedProxies,
      authenticated,
      log,
      ...(tls !== undefined && { tls }),
      ...(isBehindUnnamedProxy(scim) && { limits: { connectionsPerAddress: defaultLimits.connections } }),
    });
  } catch (error) {
    throw refuseToListen(scim.listen, error, ['--listen', 'server.scim.listen']);
  }
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process uses this port',
  EADDRNOTAVAIL: 'this machine does not have this address',
  EACCES: 'permission denied (ports below 1024 need more rights)',
};

function refuseToListen(where: ListenAddress, cause: unknown, [option, setting]: readonly [string, string]): DaemonError {
  const { code = '' } = cause as NodeJS.ErrnoException;
  const other = showListen({ host: code === 'EADDRNOTAVAIL' ? '127.0.0.1' : where.host, port: where.port === 8090 ? 8091 : 8090 });
  const stop = code === 'EADDRINUSE' ? 'Stop that process, or use' : 'Use';
  return new DaemonError('listen', `cannot listen on ${showListen(where)}: ${reasons[code] ?? messageOf(cause)}`, {
    hint: `${stop} another address: ${toOwnCommand('start', option, other)} (or set ${setting} in vestibule.yaml)`,
    cause,
  });
}

/** @throws {DaemonError} `listen`: without its certificate the listener would have to answer unencrypted. */
function readPem(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    const message = `cannot serve HTTPS: ${messageOf(cause)}`;
    throw new DaemonError('listen', message, { hint: 'correct server.scim.tls in vestibule.yaml, or create the file', cause });
  });
}

/** All clients then share one address, and a limit per address would let one client block the others. */
function isBehindUnnamedProxy({ listen: where, plainHttp, trustedProxies }: DaemonConfig['scim']): boolean {
  return trustedProxies.length === 0 && (plainHttp !== undefined || isLoopback(where.host));
}

/** Serves the admin API over TCP, for reading. */
export function listenForAdmin(api: AdminApi, address: ListenAddress, log: Logger): Promise<Listener> {
  const app = createAdminApp(api, { log, trust: { names: [address.host] } });
  return listen(app, { address: address.host, port: address.port }).catch((error: unknown) => {
    throw refuseToListen(address, error, ['--admin-listen', 'server.admin.listen']);
  });
}

/** For an optional listener: a failure is a warning, never an exit. */
export async function warnInstead<T>(log: Logger, message: string, open: () => Promise<T>): Promise<T | undefined> {
  try {
    return await open();
  } catch (error) {
    log.warn({ reason: messageOf(error) }, message);
    return undefined;
  }
}
