// Opens the TCP listener of the admin API.
import type { AdminApi } from '../admin/api.ts';
import type { ListenAddress } from '../config/address.ts';
import { messageOf } from '../domain/errors.ts';
import type { Logger } from '../domain/logger.ts';
import { createAdminApp } from '../outbound/admin/admin-app.ts';
import { refuseToListen } from './refuse-to-listen.ts';
import { listen, type Listener } from '../http/server.ts';
import { adminGraceMs } from './stop-grace.ts';

/** Serves the admin API over TCP, for reading. */
export function listenForAdmin(api: AdminApi, address: ListenAddress, log: Logger): Promise<Listener> {
  const app = createAdminApp(api, { log, trust: { names: [address.host] } });
  return listen(app, { address: address.host, port: address.port, graceMs: adminGraceMs }).catch((error: unknown) => {
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
