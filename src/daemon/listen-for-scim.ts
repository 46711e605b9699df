// Opens the SCIM listener.
import { readFile } from 'node:fs/promises';
import { isLoopback } from '../domain/ip-address.ts';
import { toExtensions } from '../config/schemas/custom-attributes.ts';
import type { DaemonConfig } from '../config/daemon-config.ts';
import { DaemonError, messageOf } from '../domain/errors.ts';
import type { AuthenticatedConnections } from '../http/limits/connection-limiter.ts';
import { defaultLimits } from '../http/limits/limits.ts';
import { TrustedProxies } from '../http/trusted-proxies.ts';
import { createScimApp } from '../inbound/scim/scim-app.ts';
import { defaultScimSettings } from '../inbound/scim/scim-deps.ts';
import { refuseToListen } from './refuse-to-listen.ts';
import { listen, type Listener } from '../http/server.ts';
import { compileSchemas } from '../scim/schema/compile-schemas.ts';
import { UndeclaredAttributeLog } from '../inbound/staging/undeclared-attribute-log.ts';
import { watchWrites } from '../inbound/staging/watch-writes.ts';
import type { Inbound } from './inbound.ts';
import type { OutboundPort } from './ports.ts';
import { stopGraceMs } from './stop-grace.ts';

/** Options of the SCIM listener. */
export interface ScimListenOptions {
  readonly scim: DaemonConfig['scim'];
  /** True while writes are accepted: not before everything is open, and not while the daemon is stopping. */
  readonly ready: () => boolean;
  /** The present outbound half: receives every write, and returns its problems. Missing until it was started. */
  readonly outbound: () => Pick<OutboundPort, 'changed' | 'report'> | undefined;
}

/** Serves SCIM and the health checks. @throws {DaemonError} `listen` when the address or the certificate cannot be used. */
export async function listenForScim(inbound: Inbound, { scim, ready, outbound }: ScimListenOptions): Promise<Listener> {
  const { config, auth, clock, log } = inbound;
  const authenticated: AuthenticatedConnections = new WeakSet();
  const app = createScimApp({
    authenticated,
    store: watchWrites(inbound.staging, () => outbound()?.changed()),
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
      const { readOnly, troubles } = inbound.report();
      // A failing key server does not make us unready, since our own tokens still work; nor does trouble of the outbound half.
      const problems = [...(readOnly === undefined ? [] : [readOnly]), ...(outbound()?.report().problems ?? []), ...troubles];
      return { ok: ready() && readOnly === undefined, problems };
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
      graceMs: stopGraceMs,
      ...(tls !== undefined && { tls }),
      ...(isBehindUnnamedProxy(scim) && { limits: { connectionsPerAddress: defaultLimits.connections } }),
    });
  } catch (error) {
    throw refuseToListen(scim.listen, error, ['--listen', 'server.scim.listen']);
  }
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
