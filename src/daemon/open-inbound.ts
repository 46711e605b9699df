// Opens the staging store and builds the inbound half from it.
import { join } from 'node:path';
import { toExtensions } from '../config/schemas/custom-attributes.ts';
import { defaultDaemonConfig, type DaemonConfig } from '../config/daemon-config.ts';
import { thisMachine } from '../config/machine.ts';
import { readDaemon } from '../config/read/read-daemon.ts';
import { makePrivateFile, prepareDataFolder } from '../data-folder.ts';
import type { Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import { silentLogger, type Logger } from '../domain/logger.ts';
import { compileSchemas } from '../scim/schema/compile-schemas.ts';
import {
  openStagingStore,
  outboundFileIn,
  stagingFileIn,
  type OpenedOutbound,
  type OpenedStaging,
  type SqliteStoreOptions,
} from '../store/sqlite/open.ts';
import type { SiteFolders } from './folders.ts';
import { Inbound } from './inbound.ts';
import { readLastGood } from './last-good.ts';

/** The parameters for opening the halves. */
export interface HalfContext {
  readonly folders: SiteFolders;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The inbound half, and what closes its store. */
export interface OpenedInbound {
  readonly inbound: Inbound;
  /** True if `vestibule.yaml` has problems: then the last valid one is in force. */
  readonly daemonBroken: boolean;
  /** Opens the outbound store in this process. */
  readonly openOutbound: () => OpenedOutbound;
  readonly close: () => Promise<void>;
}

/**
 * Opens the staging store of a data folder, with the daemon's configuration that is in force. With `access` *write* folder and files are made
 * private, and the store is made or migrated; with *read* nothing changes.
 * @throws {StoreError} when another process uses the data folder, or the store would have to be migrated to be read.
 */
export async function openInbound({ folders, clock, log }: HalfContext, access: 'read' | 'write'): Promise<OpenedInbound> {
  const folder = folders.dataDir;
  if (access === 'write') {
    await prepareDataFolder(folder, log);
    // Before SQLite has them open: closing another handle on such a file drops SQLite's locks.
    await makePrivateFile(stagingFileIn(folder));
    // The outbound half reports a file that it cannot open.
    await makePrivateFile(outboundFileIn(folder)).catch((error: unknown) =>
      log.warn({ reason: messageOf(error) }, 'outbound.db is not accessible'),
    );
  }
  const options = { folder, access, clock, log };
  const { config, daemonBroken } = await readConfigInForce(folders.configDir, options);
  const { staging, openOutbound, close } = openStaging(config, options);
  try {
    return { inbound: new Inbound({ staging, config, clock, log }), daemonBroken, openOutbound, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * The configuration of the daemon that is in force: for a broken `vestibule.yaml` the last valid one. The store that keeps that is then opened
 * only to read it, and opened again afterwards: with the default schemas it would know no custom attributes and lose their values. The
 * other files are read by the outbound half alone.
 */
async function readConfigInForce(
  configDir: string,
  options: StoreOptions,
): Promise<{ readonly config: DaemonConfig; readonly daemonBroken: boolean }> {
  const { config } = readDaemon(join(configDir, 'vestibule.yaml'), thisMachine());
  if (config !== undefined) return { config, daemonBroken: false };
  const { staging, close } = openStaging(defaultDaemonConfig(), { ...options, log: silentLogger });
  const lastGood = await readLastGood(staging, options.log);
  await close();
  if (lastGood === undefined) {
    options.log.error(
      { hint: 'Fix the file and restart.' },
      'no valid vestibule.yaml found: the defaults are used, and custom attributes are not stored',
    );
  }
  return { config: lastGood ?? defaultDaemonConfig(), daemonBroken: true };
}

type StoreOptions = Pick<SqliteStoreOptions, 'folder' | 'access' | 'clock' | 'log'>;

function openStaging({ attributes }: DaemonConfig, options: StoreOptions): OpenedStaging {
  return openStagingStore({ ...options, schemas: compileSchemas(toExtensions(attributes)) });
}
