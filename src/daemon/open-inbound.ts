// Opens the staging store and builds the inbound half from it.
import { toExtensions } from '../config/schemas/custom-attributes.ts';
import type { DaemonConfig } from '../config/daemon-config.ts';
import type { Site } from '../config/site.ts';
import { makePrivateFile, prepareDataFolder } from '../data-folder.ts';
import type { Clock } from '../domain/clock.ts';
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
import { readCheckedSite } from './read-site.ts';

/** The parameters for opening the halves. */
export interface HalfContext {
  readonly folders: SiteFolders;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The inbound half, and what closes its store. */
export interface OpenedInbound {
  readonly inbound: Inbound;
  readonly site: Site;
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
    for (const file of [stagingFileIn(folder), outboundFileIn(folder)]) await makePrivateFile(file);
  }
  const options = { folder, access, clock, log };
  const site = await readSiteInForce(folders.configDir, options);
  const { staging, openOutbound, close } = openStaging(site.daemon, options);
  try {
    return { inbound: new Inbound({ staging, config: site.daemon, clock, log }), site, openOutbound, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * The site with the daemon's configuration that is in force: a broken `vestibule.yaml` leaves the last good one. The store that keeps it
 * is then opened only to read it, and opened again afterwards: with the default schemas it would know no custom attributes and lose their
 * values.
 */
async function readSiteInForce(configDir: string, options: StoreOptions): Promise<Site> {
  const site = readCheckedSite(configDir);
  if (!site.daemonBroken) return site;
  const { staging, close } = openStaging(site.daemon, { ...options, log: silentLogger });
  const lastGood = await readLastGood(staging, options.log);
  await close();
  if (lastGood === undefined) {
    options.log.error(
      { hint: 'Fix the file and restart.' },
      'no valid vestibule.yaml found: using defaults, and custom attributes are not stored',
    );
  }
  return readCheckedSite(configDir, lastGood);
}

type StoreOptions = Pick<SqliteStoreOptions, 'folder' | 'access' | 'clock' | 'log'>;

function openStaging({ attributes }: DaemonConfig, options: StoreOptions): OpenedStaging {
  return openStagingStore({ ...options, schemas: compileSchemas(toExtensions(attributes)) });
}
