import { makePrivateFile, prepareDataFolder } from '../data-folder.ts';
import { toExtensions } from '../config/custom-attributes.ts';
import { defaultDaemonConfig, type DaemonConfig } from '../config/daemon-config.ts';
import type { Site } from '../config/site.ts';
import { silentLogger, type Logger } from '../domain/logger.ts';
import { compileSchemas } from '../scim/schema/compile.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import type { Store } from '../store/store.ts';
import { Core, type CoreParts } from './core.ts';
import { storeFile } from './folders.ts';
import { readCheckedSite } from './read-site.ts';

/** The note that keeps the last good `vestibule.yaml`, as it was understood. */
const lastGoodNote = 'vestibule.yaml';

/** What a {@link Core} is opened with. */
export type CoreContext = Omit<CoreParts, 'store' | 'site'>;

/**
 * Opens the store of a data folder, which is made where there is none, and everything that a daemon needs but the listeners.
 * @throws {StoreError} when another process uses the data folder.
 */
export async function openCore(context: CoreContext): Promise<Core> {
  const { folders, clock, log } = context;
  await prepareDataFolder(folders.dataDir, log);
  const file = storeFile(folders);
  await makePrivateFile(file);
  const site = await readSiteInForce(folders.configDir, file, { clock, log });
  const store = await openStore(file, site.daemon, { clock, log });
  try {
    for (const { file, path, message } of site.problems.filter((problem) => problem.level === 'problem')) {
      log.error({ file, path, problem: message }, 'a file has problems: what was in force stays in force');
    }
    if (!site.daemonBroken && store.readOnly() === undefined) await store.notes.set(lastGoodNote, JSON.stringify(site.daemon));
    return new Core({ ...context, store, site });
  } catch (error) {
    await store.close();
    throw error;
  }
}

/**
 * The site with the daemon's configuration that is in force: a broken `vestibule.yaml` leaves the last good one. The store that keeps it
 * is opened for that alone then, and anew afterwards: with the schemas of the defaults it would know no custom attribute, and lose what
 * is sent meanwhile.
 */
async function readSiteInForce(configDir: string, file: string, { clock, log }: Pick<CoreContext, 'clock' | 'log'>): Promise<Site> {
  const site = readCheckedSite(configDir);
  if (!site.daemonBroken) return site;
  const store = await openStore(file, site.daemon, { clock, log: silentLogger });
  const lastGood = await readLastGood(store, log);
  await store.close();
  if (lastGood === undefined) {
    log.error(
      { hint: 'mend the file and start again' },
      'no vestibule.yaml was ever good here: the defaults hold, and no custom attribute is kept',
    );
  }
  return readCheckedSite(configDir, lastGood);
}

function openStore(file: string, { attributes }: DaemonConfig, { clock, log }: Pick<CoreContext, 'clock' | 'log'>): Promise<Store> {
  return openSqliteStore({ file, clock, log, schemas: compileSchemas(toExtensions(attributes)) });
}

/** A note that cannot be read, or is none of ours, counts as none: a start must not end by it. */
async function readLastGood(store: Store, log: Logger): Promise<DaemonConfig | undefined> {
  const text = await store.notes.get(lastGoodNote).catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const kept = JSON.parse(text) as DaemonConfig;
    // An older release did not know every setting.
    const usual = defaultDaemonConfig();
    return { ...usual, ...kept, scim: { ...usual.scim, ...kept.scim } };
  } catch (error) {
    log.error(
      { reason: error instanceof Error ? error.name : 'unknown' },
      'the last good vestibule.yaml that the store keeps cannot be read',
    );
    return undefined;
  }
}
