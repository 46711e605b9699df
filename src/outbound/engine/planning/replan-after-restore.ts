// Plans everyone again, with removals on hold, after a store file was replaced or restored.
import { messageOf } from '../../../domain/errors.ts';
import type { Target } from '../../../domain/target.ts';
import { compileTarget } from '../definition/compile-target.ts';
import type { EngineDeps } from '../deps.ts';

/** Facts about two store files that do not belong together. */
export interface RestoredStores {
  /** The cause, as a clause that is shown to people. */
  readonly why: string;
  /** True if the outbound store is the newer one, so that it knows every record that was created. */
  readonly stagingIsOlder: boolean;
}

/**
 * Makes every applied Target plan everyone again, with all removals on hold, because one store may be outdated. If that may be the outbound
 * store, pauses each Target that has no look-up and on which a repeated create would result in a second record. Can be repeated after a
 * crash.
 */
export async function replanAfterRestore(deps: EngineDeps, { why, stagingIsOlder }: RestoredStores): Promise<void> {
  const { store, fence, clock, log } = deps;
  log.error({ hint: 'All removals are held: see status. Restart provisioning in Entra.' }, why);
  for (const target of await store.targets.list()) {
    if (target.definition === undefined) continue;
    const at = clock.now();
    const pauses = target.state === 'live' && !stagingIsOlder && !(await settlesDoubts(deps, target));
    const sentence = `${why}. Records created after that backup was taken may be created again: check the product for them, then resume.`;
    const change = (now: Target | undefined): Target => ({
      ...(now ?? target),
      restored: why,
      ...(pauses && { state: 'paused', by: 'daemon', at, why: sentence }),
    });
    await store.engine(fence).changeTarget(target.name, change, { at, by: 'daemon', what: pauses ? 'paused' : 'restored', detail: why });
  }
}

/** Whether a Target can resolve creates in doubt. False for a definition that no longer works, because nothing is sent with it. */
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
