// Opens the listeners of the outbound half and begins its work.
import { showListen, type ListenAddress } from '../config/address.ts';
import type { Logger } from '../domain/logger.ts';
import { createAdminApp } from '../outbound/admin/admin-app.ts';
import { listenOnSocket } from '../outbound/admin/listen-on-socket.ts';
import { listenForAdmin, warnInstead } from './listen-for-admin.ts';
import type { Outbound } from './outbound.ts';
import type { OutboundPort } from './ports.ts';

/** How the outbound half is served. */
export interface ServeOutboundOptions {
  readonly dataDir: string;
  /** Default: no TCP listener. */
  readonly adminListen?: ListenAddress | undefined;
  readonly tenantUrl: string;
  readonly log: Logger;
}

/** Serves commands, and begins the work for all Targets. An admin listener that cannot be opened is a warning. */
export async function serveOutbound(outbound: Outbound, options: ServeOutboundOptions): Promise<OutboundPort> {
  const { dataDir, adminListen, tenantUrl, log } = options;
  const api = outbound.openApi(tenantUrl, true);
  const socket = await warnInstead(log, 'the admin socket cannot be opened', () =>
    listenOnSocket(createAdminApp(api, { log, trust: 'socket' }), dataDir),
  );
  const server =
    adminListen && (await warnInstead(log, 'the admin listener cannot be opened', () => listenForAdmin(api, adminListen, log)));
  const close = async () => {
    outbound.letGo();
    await Promise.all([server?.close(), socket?.close()]);
    await outbound.close();
  };
  try {
    await outbound.begin();
  } catch (error) {
    await close();
    throw error;
  }
  let closed: Promise<void> | undefined;
  return {
    changed: () => outbound.engine.changed(),
    report: () => outbound.report(),
    ...(server !== undefined && { adminListens: showListen({ host: server.address, port: server.port }) }),
    close: () => (closed ??= close()),
  };
}
