// Opens a Connection that publishes CSV files with all people in a drop folder.
import { join } from 'node:path';
import { DaemonError, TargetUnavailable } from '../../../domain/errors.ts';
import type { OutboundRecord } from '../../../domain/record.ts';
import { assertMayWrite } from '../assert-may-write.ts';
import type { DriverDeps, Published, PublishOptions, SnapshotConnection } from '../driver.ts';
import { dropCopy, keepCopy } from './keep-copy.ts';
import { type Draft, assertFolder, cleanDrafts, handOver, hasContent, openDraft } from './drop-folder.ts';
import { refuseRow } from './refuse-row.ts';
import { toFile, toFileName, type CsvSettings } from './settings.ts';
import { writeRows } from './write-rows.ts';

/** Default number of published files of which a copy is kept. */
const defaultCopies = 20;

/** Opens a Connection to a drop folder. Does not access the folder yet. */
export function openCsvConnection(settings: CsvSettings, deps: DriverDeps, access: 'read' | 'write'): SnapshotConnection {
  const { target } = deps.definition;
  const { folder } = settings.drop;
  const fileName = toFileName(settings, target);
  const file = toFile(settings, target);
  const copies = join(deps.workFolder, 'files');

  async function publish(name: string, rows: AsyncIterable<OutboundRecord>, options: PublishOptions): Promise<Published> {
    assertMayWrite(access, target);
    await assertFolder(folder);
    await cleanDrafts(folder, fileName);
    const draft = await openDraft(folder, fileName, name, settings.drop.mode);
    try {
      return await fill(draft, name, rows, options);
    } catch (error) {
      if (options.signal.aborted && !(error instanceof DaemonError))
        throw new TargetUnavailable('stopped before the file was delivered', { cause: error });
      throw error;
    } finally {
      await draft.discard();
    }
  }

  async function fill(
    draft: Draft,
    name: string,
    rows: AsyncIterable<OutboundRecord>,
    { signal, again = false }: PublishOptions,
  ): Promise<Published> {
    const written = await writeRows(rows, settings, (bytes) => draft.write(bytes), signal);
    await draft.finish();
    signal.throwIfAborted();
    // Some products import every new file again and send mail about it.
    if (!again && (await hasContent(file, written))) return { file, ...written, unchanged: true };
    await keepCopy(draft.path, copies, name, deps.keepFiles ?? defaultCopies);
    try {
      await handOver(draft, folder, file);
    } catch (error) {
      await dropCopy(copies, name);
      throw error;
    }
    return { file, ...written, unchanged: false };
  }

  return {
    mode: 'snapshot',
    file,
    actions: new Set(['create', 'update', 'deactivate', 'delete']),
    refuse: (record) => refuseRow(record, settings),
    deactivated: (record) => settings.deactivated && { ...record, ...settings.deactivated },
    publish,
    probe: () => assertFolder(folder),
    close: async () => undefined,
  };
}
