// Publishes the full file of one Target.
import { messageOf } from '../../../domain/errors.ts';
import type { Target, TargetDefinition } from '../../../domain/target.ts';
import type { OutboundRecord } from '../../../domain/record.ts';
import type { Published, SnapshotConnection } from '../../drivers/driver.ts';
import type { EngineDeps } from '../deps.ts';
import { nextTurn } from '../next-turn.ts';
import { pageSize } from '../planning/select-subjects.ts';
import { showCount } from '../../../domain/wording.ts';

/**
 * Publishes the full file of one Target. It is written from the Shadows as they will be after the due Deliveries, so people whose Action is
 * held, parked or waiting, and people without a valid row, keep their last accepted row. The name of the publication is stored first, so
 * that the same publication is repeated after a crash. If an operator requested the file again, it is delivered even if nothing has changed.
 * @throws {TargetUnavailable} if the file could not be delivered; its Deliveries are queued again and due at `retryAt`.
 */
export async function publishFile(
  deps: EngineDeps,
  target: Target,
  definition: TargetDefinition,
  connection: SnapshotConnection,
  options: { readonly signal: AbortSignal; readonly retryAt: () => Date },
): Promise<void> {
  const writer = deps.store.engine(deps.fence);
  const again = target.resend === 'file';
  const publication = target.publication ?? (await beginPublication(deps, definition, again));
  if (publication === undefined) return;
  let published: Published;
  try {
    published = await connection.publish(publication, eachRow(deps, definition, connection, publication), {
      signal: options.signal,
      again,
    });
  } catch (error) {
    const answer = messageOf(error);
    await writer.abandonPublication(definition.target, publication, answer, options.retryAt());
    throw error;
  }
  const settled = await writer.finishPublication(definition.target, publication, describe(published), deps.clock.now());
  deps.log.info(
    { target: definition.target, deliveries: settled, rows: published.rows, bytes: published.bytes, unchanged: published.unchanged },
    'published',
  );
}

async function beginPublication(deps: EngineDeps, definition: TargetDefinition, again: boolean): Promise<string | undefined> {
  const now = deps.clock.now();
  const due = await deps.store.outbox.due(definition.target, now, 1);
  if (due.length === 0 && !again) return undefined;
  const name = `${definition.target}-${now.toISOString().replaceAll(/[-:.]/g, '')}`;
  const bound = await deps.store.engine(deps.fence).beginPublication(definition.target, name, now);
  return bound === 0 && !again ? undefined : name;
}

async function* eachRow(
  deps: EngineDeps,
  definition: TargetDefinition,
  connection: SnapshotConnection,
  publication: string,
): AsyncIterable<OutboundRecord> {
  for (let last: string | undefined; ;) {
    const page = await deps.store.outbox.file(definition.target, publication, last, pageSize);
    for (const { rows, active } of page) {
      for (const row of rows) {
        const shown = active ? row : connection.deactivated(row);
        if (shown !== undefined) yield shown;
      }
    }
    last = page.at(-1)?.subject.id;
    if (last === undefined || page.length < pageSize) return;
    await nextTurn();
  }
}

function describe(published: Published): string {
  const size = `${showCount(published.rows, 'row', 'rows')}, ${showCount(published.bytes, 'byte', 'bytes')}`;
  return published.unchanged ? `unchanged: ${size}` : `written to ${published.file}: ${size}`;
}
