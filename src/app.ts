// Starts what `main` and the commands need: a daemon, the admin API without a daemon, or a check of the files.
import { existsSync } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdminApi } from './admin/api.ts';
import type { CheckReport } from './admin/reports/check-report.ts';
import { watchExpiry } from './auth/expiring-tokens.ts';
import { showListen } from './config/address.ts';
import { withListenOverrides } from './config/daemon-config.ts';
import type { Core } from './daemon/core.ts';
import { storeFile, type SiteFolders } from './daemon/folders.ts';

import { listenForAdmin, listenForScim, warnInstead } from './daemon/listeners.ts';
import { openCore } from './daemon/open-core.ts';
import { readCheckedSite, toCheckReport } from './daemon/read-site.ts';
import type { Clock } from './domain/clock.ts';
import { ConfigProblems, DaemonError } from './domain/errors.ts';
import { silentLogger, type Logger } from './domain/logger.ts';
import { toOwnCommand } from './domain/own-command.ts';
import { createAdminApp } from './http/admin/admin-app.ts';
import { listenOnSocket } from './http/admin/listen-on-socket.ts';
import type { Listener } from './http/server.ts';
import { createLogger } from './log.ts';
import { systemClock } from './system-clock.ts';

export type { SiteFolders };

/** Options of `start`. A missing one is taken from `vestibule.yaml`, or is the default. */
export interface StartOptions extends SiteFolders {
  /** HOST:PORT of the SCIM listener. */
  readonly listen?: string;
  readonly adminListen?: string;
  readonly plainHttp?: 'behindProxy';
}

/** A running daemon. */
export interface Daemon {
  /** Tenant URL for the Entra portal. */
  readonly scimUrl: string;
  /** Where the SCIM listener is, as HOST:PORT. */
  readonly listens: string;
  /** Where a first token was left, to be read once; only at the start that made it. */
  readonly firstToken?: { readonly file: string };
  /** The Sources that `vestibule.yaml` names; `default` when it names none. */
  readonly sources: readonly string[];
  /** Ends what is in progress and closes the store. Harmless when called twice. */
  stop(): Promise<void>;
}

/** Every problem of the site's files, by this process; reads nothing else, and resolves secrets only to tell which are not there. */
export async function checkSiteFiles({ configDir }: Pick<SiteFolders, 'configDir'>): Promise<CheckReport> {
  return toCheckReport(readCheckedSite(configDir), 'this process');
}

/** The handlers of the admin API in this process, and whether their store was made for it. Takes the store's lock until `close`. */
export interface OpenedAdmin {
  readonly api: AdminApi;
  readonly madeStore: boolean;
  close(): Promise<void>;
}

/** What a command without a daemon does to the store: *read* changes nothing, *make* creates one where there is none. */
export type AdminAccess = 'read' | 'write' | 'make';

/**
 * The handlers of the admin API in this process, for a command without a daemon. Only with *make* is a store made where there is none: a
 * mistyped folder must not look like an empty site.
 * @throws {DaemonError} `noStore` otherwise; {StoreError} when a store would have to be migrated to be read.
 */
export async function openAdmin(folders: SiteFolders, access: AdminAccess): Promise<OpenedAdmin> {
  const madeStore = await isMissing(storeFile(folders));
  if (madeStore && access !== 'make') {
    throw new DaemonError('noStore', `there is no store in ${folders.dataDir}, and no daemon runs there`, {
      hint: `say where they are: --data DIR (or VESTIBULE_DATA); the first start makes a store: ${toOwnCommand('start')}`,
    });
  }
  const secrets = new Set<string>();
  const core = await openCore({ folders, clock: systemClock, log: silentLogger, secrets }, access === 'read' ? 'read' : 'write');
  return { api: core.openApi(core.tenantUrl(), false), madeStore, close: () => core.close() };
}

/**
 * Starts a daemon: opens the store, serves SCIM and the admin socket, runs every Target. A broken file never stops it: what was last
 * applied, or last good, stays in force, and `status`, `/readyz` and the log say so. Without a `log` it writes JSON lines to standard
 * output, with secrets redacted.
 * @throws {ConfigProblems} when the command line's own options cannot be met; {StoreError} when the data folder is in use.
 */
export async function startDaemon(
  options: StartOptions,
  { log: given, clock = systemClock }: { readonly log?: Logger; readonly clock?: Clock } = {},
): Promise<Daemon> {
  const secrets = new Set<string>();
  const log = given ?? createLogger({ level: 'info', secrets: () => [...secrets] });
  const core = await openCore({ folders: options, clock, log, secrets }, 'write');
  try {
    return await serve(core, options);
  } catch (error) {
    await core.close();
    throw error;
  }
}

async function serve(core: Core, options: StartOptions): Promise<Daemon> {
  const { clock, log } = core;
  if (!existsSync(options.configDir)) {
    log.warn({ folder: options.configDir }, 'no configuration folder: using defaults, without targets');
  }
  const effective = withListenOverrides(core.config, options);
  if (effective.problems.some((problem) => problem.level === 'problem')) throw new ConfigProblems(effective.problems);
  for (const { path, message, hint } of effective.problems) log.warn({ path, hint, warning: message }, 'the listeners have a weakness');
  const { scim, admin } = effective.config;
  let stopping = false;
  const scimServer = await listenForScim(core, { scim, stopping: () => stopping });
  const tenantUrl = core.tenantUrl(scimServer.port);
  const api = core.openApi(tenantUrl, true);
  const socket = await warnInstead(log, 'the admin socket cannot be opened', () =>
    listenOnSocket(createAdminApp(api, { log, trust: 'socket' }), options.dataDir),
  );
  const { listen: adminListen } = admin;
  const adminServer =
    adminListen && (await warnInstead(log, 'the admin listener cannot be opened', () => listenForAdmin(api, adminListen, log)));
  const closeListeners = () => Promise.all([scimServer.close(), adminServer?.close(), socket?.close()]);
  const firstToken = await core
    .begin()
    .then(() => makeFirstToken(core, options.dataDir))
    .catch(async (error: unknown) => {
      await closeListeners();
      throw error;
    });
  core.ready = true;
  const stopWatching = watchExpiry({ tokens: core.auth.tokens, clock, log });
  const shown = ({ address, port }: Listener) => showListen({ host: address, port });
  log.info({ listen: shown(scimServer), ...(adminServer && { adminListen: shown(adminServer) }), tenantUrl }, 'serving');
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    stopping = true;
    core.letGo();
    stopWatching();
    await closeListeners();
    await core.close();
    log.info({}, 'stopped');
  };
  return {
    scimUrl: tenantUrl,
    listens: shown(scimServer),
    ...(firstToken !== undefined && { firstToken }),
    sources: Object.keys(core.config.sources),
    stop: () => (stopped ??= stop()),
  };
}

/** The very first start leaves a token to be read once, so that Entra can be connected without another command. */
async function makeFirstToken(core: Core, dataDir: string): Promise<{ readonly file: string } | undefined> {
  const [source, ...others] = Object.keys(core.config.sources);
  // With several Sources it is unknown whose the first one would be.
  if (source === undefined || others.length > 0 || core.readOnly !== undefined) return undefined;
  if ((await core.auth.tokens.list()).length > 0) return undefined;
  const { text } = await core.auth.tokens.create({ label: 'first', source });
  const file = join(dataDir, 'first-token');
  await writeFile(file, `${text}\n`, { mode: 0o600 });
  return { file };
}

/** A file that this user may not see is not missing: opening it says why. */
async function isMissing(file: string): Promise<boolean> {
  return stat(file).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
  );
}
