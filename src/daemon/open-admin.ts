// Opens the admin API in this process, for a command without a daemon.
import { stat } from 'node:fs/promises';
import type { AdminApi } from '../admin/api.ts';
import type { Clock } from '../domain/clock.ts';
import { DaemonError } from '../domain/errors.ts';
import { silentLogger } from '../domain/logger.ts';
import { toOwnCommand } from '../domain/own-command.ts';
import { storeFile, type SiteFolders } from './folders.ts';
import { openHalves } from './open-halves.ts';

/** The handlers of the admin API in this process, and whether their store was made for it. Takes the store's lock until `close`. */
export interface OpenedAdmin {
  readonly api: AdminApi;
  readonly madeStore: boolean;
  close(): Promise<void>;
}

/** How a command without a daemon opens the store: *read* changes nothing, *make* creates a missing store. */
export type AdminAccess = 'read' | 'write' | 'make';

/**
 * The handlers of the admin API in this process, for a command without a daemon. Creates a missing store only with *make*: a
 * mistyped folder must not look like an empty site.
 * @throws {DaemonError} `noStore` otherwise; {StoreError} when a store would have to be migrated to be read.
 */
export async function openAdmin(folders: SiteFolders, access: AdminAccess, clock: Clock): Promise<OpenedAdmin> {
  const madeStore = await isMissing(storeFile(folders));
  if (madeStore && access !== 'make') {
    throw new DaemonError('noStore', `there is no store in ${folders.dataDir}, and no daemon runs there`, {
      hint: `say where they are: --data DIR (or VESTIBULE_DATA); the first start makes a store: ${toOwnCommand('start')}`,
    });
  }
  const halves = await openHalves({ folders, clock, log: silentLogger, secrets: new Set() }, access === 'read' ? 'read' : 'write');
  return { api: halves.outbound.openApi(halves.inbound.tenantUrl(), false), madeStore, close: () => halves.close() };
}

/** A file that this user may not see is not missing: opening it says why. */
async function isMissing(file: string): Promise<boolean> {
  return stat(file).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
  );
}
