// Stores the last valid `vestibule.yaml`, and reads it when the file is invalid.
import { defaultDaemonConfig, type DaemonConfig } from '../config/daemon-config.ts';
import type { Logger } from '../domain/logger.ts';
import type { StagingStore } from '../store/staging.ts';

/** The name of the note that stores the last valid `vestibule.yaml`, parsed. */
const lastGoodNote = 'vestibule.yaml';

/** Keeps the valid configuration of the daemon for starts with a broken `vestibule.yaml`. */
export async function keepLastGood({ notes }: Pick<StagingStore, 'notes'>, config: DaemonConfig): Promise<void> {
  await notes.set(lastGoodNote, JSON.stringify(config));
}

/** The configuration that was kept. A note that cannot be read or is invalid counts as none: a start must not fail because of it. */
export async function readLastGood(store: Pick<StagingStore, 'notes'>, log: Logger): Promise<DaemonConfig | undefined> {
  const text = await store.notes.get(lastGoodNote).catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const kept = JSON.parse(text) as DaemonConfig;
    // An older release may not know every setting.
    const usual = defaultDaemonConfig();
    return { ...usual, ...kept, scim: { ...usual.scim, ...kept.scim } };
  } catch (error) {
    log.error({ reason: error instanceof Error ? error.name : 'unknown' }, 'stored copy of the last valid vestibule.yaml cannot be read');
    return undefined;
  }
}
