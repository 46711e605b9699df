// Runs one provisioning cycle of the simulated Entra.
import { messageOf } from '../domain/errors.ts';
import type { EntraClient, EntraResult } from './entra-client.ts';
import type { EntraDirectory } from './entra-directory.ts';

/** What one cycle did. All counts cover objects and references alike; failures are tried again in the next cycle. */
export interface EntraCycle {
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly unchanged: number;
  readonly failed: readonly { readonly objectId: string; readonly why: string }[];
}

/** How a cycle goes about it. */
export interface EntraCycleOptions {
  /** Objects worked on at the same time; the client's `connections` bound the requests as well. Default 4. */
  readonly concurrency?: number;
  /** Called after each object: how many of how many are done in this phase. */
  readonly progress?: (phase: EntraPhase, done: number, all: number) => void;
}

/** Phases in their order. */
export type EntraPhase = 'people' | 'groups' | 'managers' | 'members' | 'deletions';

/**
 * One provisioning cycle (docs/entra-facts.md#cycles): people, groups, then references, then the deletion of what the client knows and the
 * directory no longer has. A failed object does not stop the others. The first cycle of a client is the initial one, later ones send
 * differences only.
 */
export async function runCycle(client: EntraClient, directory: EntraDirectory, options: EntraCycleOptions = {}): Promise<EntraCycle> {
  const tally = { created: 0, updated: 0, deleted: 0, unchanged: 0, failed: [] as { objectId: string; why: string }[] };
  const present = new Set([...directory.people, ...directory.groups].map((object) => object.objectId));
  const known = client.known();
  const phase = <T extends { readonly objectId: string }>(
    name: EntraPhase,
    objects: readonly T[],
    sync: (object: T) => Promise<EntraResult | 'deleted'>,
  ) =>
    forEachOf(objects, options.concurrency ?? 4, async (object, done) => {
      try {
        tally[await sync(object)] += 1;
      } catch (error) {
        tally.failed.push({ objectId: object.objectId, why: messageOf(error) });
      }
      options.progress?.(name, done(), objects.length);
    });

  await phase('people', directory.people, (person) => client.syncPerson(person));
  await phase('groups', directory.groups, (group) => client.syncGroup(group));
  await phase('managers', directory.people, (person) => client.syncManager(person));
  await phase('members', directory.groups, (group) => client.syncMembers(group));
  await phase('deletions', gone(known.people, present), ({ objectId }) => client.deletePerson(objectId));
  await phase('deletions', gone(known.groups, present), ({ objectId }) => client.deleteGroup(objectId));
  return tally;
}

function gone(known: readonly string[], present: ReadonlySet<string>): readonly { readonly objectId: string }[] {
  return known.filter((objectId) => !present.has(objectId)).map((objectId) => ({ objectId }));
}

/** Runs `work` on every item, `concurrency` at a time. `work` must not throw; `done()` counts those that called it. */
async function forEachOf<T>(items: readonly T[], concurrency: number, work: (item: T, done: () => number) => Promise<void>): Promise<void> {
  let finished = 0;
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await work(item, () => ++finished);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}
