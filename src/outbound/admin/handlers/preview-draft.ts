// Previews a draft for `list`: its actions, and the people without a valid row.
import { StoreError } from '../../../domain/errors.ts';
import { personSubject } from '../../../domain/ids.ts';
import type { Target, TargetDefinition } from '../../../domain/target.ts';
import { keepPinned } from '../../engine/definition/compile-target.ts';
import { previewTarget, type Preview } from '../../engine/preview/preview.ts';
import type { HandlerDeps } from './handler-deps.ts';
import { nextOf, type GroupPage } from './list-groups.ts';

/** The preview of a draft; `unknown` if its definition cannot be planned. */
export type DraftPreview = Preview | 'unknown';

/**
 * Plans everyone for a draft. Lists people without a valid row by id, starting after `after`: one more than `limit`, to detect a further
 * page. Does not write to the store.
 * @throws {StoreError} if the store cannot be read.
 */
export async function previewDraft(
  { engineDeps }: HandlerDeps,
  target: Target,
  fileDefinition: TargetDefinition,
  { limit, after }: { readonly limit: number; readonly after: string | undefined },
): Promise<DraftPreview> {
  try {
    const definition = await keepPinned(engineDeps, target.definition, fileDefinition);
    const limits = { lines: limit + 1, records: 0, ...(after !== undefined && { noRowsAfter: after }) };
    return await previewTarget(engineDeps, { target, definition, cause: 'firstLoad', limits });
  } catch (error) {
    if (error instanceof StoreError) throw error;
    // `check` and `plan` report why a draft cannot be planned.
    return 'unknown';
  }
}

/** The page of the group *noRow* for a draft. Its people are not stored, so `since` is the time of the preview. */
export function toNoRowPage({ heldBack }: Preview, limit: number, now: Date): GroupPage {
  const page = heldBack.slice(0, limit);
  return {
    page: page.map(({ view, why }) => ({ subject: personSubject(view.id), rows: [], state: 'noRow', reason: why, since: now })),
    ...nextOf(heldBack, limit, page.at(-1)?.view.id),
  };
}
