// Starts and stops a daemon: the inbound half in this process, and the outbound half.
import { existsSync } from 'node:fs';
import { watchExpiry } from '../identity/expiring-tokens.ts';
import { showListen } from '../config/address.ts';
import { withListenOverrides } from '../config/daemon-config.ts';
import { ConfigProblems } from '../domain/errors.ts';
import { leaveFirstToken } from './first-token.ts';
import type { SiteFolders } from './folders.ts';
import { keepLastGood } from './last-good.ts';
import { listenForScim } from './listen-for-scim.ts';
import type { OpenedInbound } from './open-inbound.ts';
import type { OutboundPort } from './ports.ts';
import type { ServeOutboundOptions } from './serve-outbound.ts';

/** Options of `start`; a missing option has the value in `vestibule.yaml` or its default. */
export interface StartOptions extends SiteFolders {
  /** HOST:PORT of the SCIM listener. */
  readonly listen?: string;
  readonly adminListen?: string;
  readonly plainHttp?: 'behindProxy';
}

/** A daemon that serves. */
export interface Daemon {
  /** Tenant URL for the Entra portal. */
  readonly scimUrl: string;
  /** Where the SCIM listener is, as HOST:PORT. */
  readonly listens: string;
  /** Where a first token was left, to be read once; only at the start that made it. */
  readonly firstToken?: { readonly file: string };
  /** The Sources that `vestibule.yaml` names; `default` when it names none. */
  readonly sources: readonly string[];
  /** Stops the work in progress and closes the store. Can be called twice. */
  stop(): Promise<void>;
}

/** Starts the outbound half, with the addresses that are in force. */
export type StartOutbound = (listens: Pick<ServeOutboundOptions, 'tenantUrl' | 'adminListen'>) => Promise<OutboundPort>;

/**
 * Serves SCIM, and starts the outbound half. A broken file never prevents it: what was last applied, or last good, stays in force, and
 * `status`, `/readyz` and the log say so.
 * @throws {ConfigProblems} when the command line's own options cannot be met; whatever `startOutbound` throws.
 */
export async function startDaemon(
  { inbound, daemonBroken, close }: OpenedInbound,
  options: StartOptions,
  startOutbound: StartOutbound,
): Promise<Daemon> {
  const { clock, log } = inbound;
  if (!existsSync(options.configDir)) {
    log.warn({ folder: options.configDir }, 'no configuration folder: using defaults, without targets');
  }
  const effective = withListenOverrides(inbound.config, options);
  if (effective.problems.some((problem) => problem.level === 'problem')) throw new ConfigProblems(effective.problems);
  for (const { path, message, hint } of effective.problems) log.warn({ path, hint, warning: message }, 'the listeners have a weakness');
  const { scim, admin } = effective.config;
  let ready = false;
  let outbound: OutboundPort | undefined;
  const scimServer = await listenForScim(inbound, { scim, ready: () => ready, outbound: () => outbound });
  const tenantUrl = inbound.tenantUrl(scimServer.port);
  const firstToken = await (async () => {
    if (!daemonBroken && inbound.staging.readOnly() === undefined) await keepLastGood(inbound.staging, inbound.config);
    outbound = await startOutbound({ tenantUrl, adminListen: admin.listen });
    return leaveFirstToken(inbound, options.dataDir);
  })().catch(async (error: unknown) => {
    await Promise.all([scimServer.close(), outbound?.close()]);
    throw error;
  });
  ready = true;
  const stopWatching = watchExpiry({ tokens: inbound.auth.tokens, clock, log });
  const listens = showListen({ host: scimServer.address, port: scimServer.port });
  log.info({ listen: listens, ...(outbound?.adminListens && { adminListen: outbound.adminListens }), tenantUrl }, 'serving');
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    ready = false;
    inbound.letGo();
    stopWatching();
    await Promise.all([scimServer.close(), outbound?.close()]);
    await close();
    log.info({}, 'stopped');
  };
  return {
    scimUrl: tenantUrl,
    listens,
    ...(firstToken !== undefined && { firstToken }),
    sources: Object.keys(inbound.config.sources),
    stop: () => (stopped ??= stop()),
  };
}
