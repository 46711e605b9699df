// Plans everyone again, with removals on hold, after a store file was replaced or restored.
import { messageOf } from '../../../domain/errors.ts';
import type { Target } from '../../../domain/target.ts';
import { compileTarget } from '../definition/compile-target.ts';
import type { EngineDeps } from '../deps.ts';

/** The facts about two stores that do not belong together. */
export interface RestoredStores {
  /** A clause for people. */
  readonly why: string;
  /** The outbound store is the newer one: it knows every record that was made. */
  readonly stagingIsOlder: boolean;
}

/**
 * Has every Target that was applied plan everyone again, with all removals on hold: the older store may be out of date.
 * Where the outbound store may be the older one, a Target that cannot look up records, and makes a second one of a repeated create, is
 * paused. Can be repeated after a crash.
 */
export async function replanAfterRestore(deps: EngineDeps, { why, stagingIsOlder }: RestoredStores): Promise<void> {
  const { store, fence, clock, log } = deps;
  log.error({ hint: 'All removals are held: see status. Restart provisioning in Entra.' }, why);
  for (const target of await store.targets.list()) {
    if (target.definition === undefined) continue;
    const at = clock.now();
    const pauses = target.state === 'live' && !stagingIsOlder && !(await settlesDoubts(deps, target));
    const sentence = `${why}. Records created since then may be created a second time: check the product, then resume.`;
    const change = (now: Target | undefined): Target => ({
      ...(now ?? target),
      restored: why,
      ...(pauses && { state: 'paused', by: 'daemon', at, why: sentence }),
    });
    await store.engine(fence).changeTarget(target.name, change, { at, by: 'daemon', what: pauses ? 'paused' : 'restored', detail: why });
  }
}

/** A definition that no longer works sends nothing: it counts as one that cannot. */
async function settlesDoubts(deps: EngineDeps, { definition }: Target): Promise<boolean> {
  if (definition === undefined) return false;
  try {
    const connection = deps.connect(definition, 'read');
    try {
      return connection.mode === 'snapshot' || (await compileTarget(deps, definition, connection)).settlesDoubts;
    } finally {
      await connection.close();
    }
  } catch (error) {
    deps.log.warn({ target: definition.target, reason: messageOf(error) }, 'target could not be examined after a restore');
    return false;
  }
}
