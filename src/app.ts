// Starts what `main` and the commands need: a daemon, the admin API without a daemon, or a check of the files. Modules of the outbound half
// are loaded only where they run: the main process of a daemon needs none of them, which saves memory.
import type { CheckReport } from './admin/reports/check-report.ts';
import type { SiteFolders } from './daemon/folders.ts';
import type { AdminAccess, OpenedAdmin } from './daemon/open-admin.ts';
import { openInbound } from './daemon/open-inbound.ts';
import { startDaemon as startDaemonWith, type Daemon, type StartOptions } from './daemon/start-daemon.ts';
import type { Clock } from './domain/clock.ts';
import type { Logger } from './domain/logger.ts';
import { startOutboundProcess } from './daemon/start-outbound-process.ts';
import { createLogger } from './log.ts';
import { systemClock } from './system-clock.ts';

export type { AdminAccess, Daemon, OpenedAdmin, SiteFolders, StartOptions };

/** Every problem of the site's files, by this process; reads nothing else, and resolves secrets only to tell which are not there. */
export async function checkSiteFiles({ configDir }: Pick<SiteFolders, 'configDir'>): Promise<CheckReport> {
  const { readCheckedSite, toCheckReport } = await import('./daemon/read-site.ts');
  return toCheckReport(readCheckedSite(configDir), 'this process');
}

/** The handlers of the admin API in this process; see `daemon/open-admin.ts`. */
export async function openAdmin(folders: SiteFolders, access: AdminAccess): Promise<OpenedAdmin> {
  const { openAdmin: open } = await import('./daemon/open-admin.ts');
  return open(folders, access, systemClock);
}

/**
 * Starts a daemon. Without a `log` it writes JSON lines to standard output, with secrets redacted, and the outbound half runs in a child
 * process; with one, both halves run in this process.
 * @throws {ConfigProblems} when the command line's own options cannot be met; {StoreError} when the data folder is in use.
 */
export async function startDaemon(
  options: StartOptions,
  { log: given, clock = systemClock }: { readonly log?: Logger; readonly clock?: Clock } = {},
): Promise<Daemon> {
  const secrets = new Set<string>();
  const log = given ?? createLogger({ level: 'info', secrets: () => [...secrets] });
  const context = { folders: options, clock, log };
  const opened = await openInbound(context, 'write');
  try {
    return await startDaemonWith(opened, options, async (listens) => {
      if (given === undefined) return startOutboundProcess(opened.inbound, { ...context, ...listens, entry: outboundEntry() });
      const { startOutboundHere } = await import('./daemon/start-outbound-here.ts');
      return startOutboundHere(opened, { ...context, ...listens, secrets });
    });
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** The entry file of the outbound process, in the folder `bin` next to `src` (checkout) or `dist` (release). */
function outboundEntry(): URL {
  return new URL('../bin/outbound-process.js', import.meta.url);
}
