// Provides the admin API to a command: that of the running daemon, or handlers in this process.
import type { AdminAccess } from '../app.ts';
import type { AdminApi } from '../admin/api.ts';
import { findDaemon } from '../admin/find-daemon.ts';
import type { CommandContext } from './command-context.ts';
import { toFolders, type SiteOptions } from './site-options.ts';

/**
 * Calls `use` with the admin API of the running daemon. If no daemon is running, `use` gets the same handlers in this process, which then
 * holds the store's lock until `use` has ended. With the access *make*, a missing store is created, and a message says so. With *read*, the
 * store is not changed.
 */
export async function withAdmin<T>(
  context: CommandContext,
  options: SiteOptions,
  access: AdminAccess,
  use: (api: AdminApi) => Promise<T>,
): Promise<T> {
  const folders = toFolders(options, context.terminal.invocation);
  const daemon = await findDaemon(folders.dataDir, context.terminal.platform);
  if (daemon !== undefined) return use(daemon);
  const app = await context.loadApp();
  const opened = await app.openAdmin(folders, access);
  if (opened.madeStore) context.terminal.err(`Created a new store in ${folders.dataDir}. Start the daemon with the same --data.`);
  try {
    return await use(opened.api);
  } finally {
    await opened.close();
  }
}
