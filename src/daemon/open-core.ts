// Opens the store and builds the daemon's core from it.
import { makePrivateFile, prepareDataFolder } from '../data-folder.ts';
import { toExtensions } from '../config/custom-attributes.ts';
import type { DaemonConfig } from '../config/daemon-config.ts';
import type { Site } from '../config/site.ts';
import { silentLogger } from '../domain/logger.ts';
import { compileSchemas } from '../scim/schema/compile-schemas.ts';
import { openSqliteStores, outboundFileIn, stagingFileIn, type SqliteStoreOptions, type Stores } from '../store/sqlite/open.ts';
import { Core, type CoreParts } from './core.ts';
import { readLastGood } from './last-good.ts';
import { readCheckedSite } from './read-site.ts';

/** What a {@link Core} is opened with. */
export type CoreContext = Omit<CoreParts, 'stores' | 'site'>;

/**
 * Opens the store of a data folder and everything that a daemon needs but the listeners. With `access` *write* folder and store are made or
 * migrated; with *read* nothing changes.
 * @throws {StoreError} when another process uses the data folder, or the store would have to be migrated to be read.
 */
export async function openCore(context: CoreContext, access: 'read' | 'write'): Promise<Core> {
  const { folders, clock, log } = context;
  const folder = folders.dataDir;
  if (access === 'write') {
    await prepareDataFolder(folder, log);
    await makePrivateFile(stagingFileIn(folder));
    await makePrivateFile(outboundFileIn(folder));
  }
  const open = { folder, access, clock, log };
  const site = await readSiteInForce(folders.configDir, open);
  const stores = await openStores(site.daemon, open);
  try {
    return new Core({ ...context, stores, site });
  } catch (error) {
    await stores.close();
    throw error;
  }
}

/**
 * The site with the daemon's configuration that is in force: a broken `vestibule.yaml` leaves the last good one. The store that keeps it
 * is then opened only to read it, and opened again afterwards: with the default schemas it would know no custom attributes and lose their
 * values.
 */
async function readSiteInForce(configDir: string, open: StoreOptions): Promise<Site> {
  const site = readCheckedSite(configDir);
  if (!site.daemonBroken) return site;
  const stores = await openStores(site.daemon, { ...open, log: silentLogger });
  const lastGood = await readLastGood(stores.staging, open.log);
  await stores.close();
  if (lastGood === undefined) {
    open.log.error(
      { hint: 'Fix the file and restart.' },
      'no valid vestibule.yaml found: using defaults, and custom attributes are not stored',
    );
  }
  return readCheckedSite(configDir, lastGood);
}

type StoreOptions = Pick<SqliteStoreOptions, 'folder' | 'access' | 'clock' | 'log'>;

function openStores({ attributes }: DaemonConfig, open: StoreOptions): Promise<Stores> {
  return openSqliteStores({ ...open, schemas: compileSchemas(toExtensions(attributes)) });
}
