// Runs one provisioning cycle of the simulated Entra.
import { messageOf } from '../domain/errors.ts';
import type { EntraClient, EntraResult } from './entra-client.ts';
import type { EntraDirectory } from './entra-directory.ts';

/** The result of one cycle. Counts include objects and references; failures are tried again in the next cycle. */
export interface EntraCycle {
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly unchanged: number;
  readonly failed: readonly { readonly objectId: string; readonly why: string }[];
}

/** Options of a cycle. */
export interface EntraCycleOptions {
  /** Number of objects processed concurrently; the client's `connections` also limits the requests. Default 4. */
  readonly concurrency?: number;
  /** Called after each object, with the number of processed objects and of all objects in this phase. */
  readonly progress?: (phase: EntraPhase, done: number, all: number) => void;
}

/** The phases in order. */
export type EntraPhase = 'people' | 'groups' | 'managers' | 'members' | 'deletions';

/**
 * Runs one provisioning cycle (docs/entra-facts.md#cycles): people, groups, references, and then deletions of known objects that are no
 * longer in the directory. A failed object does not stop the others. The first cycle of a client is the initial cycle; later cycles send
 * only differences.
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

/** Runs `work` on every item, `concurrency` at a time. `work` must not throw, and calls `done()` to count an item. */
async function forEachOf<T>(items: readonly T[], concurrency: number, work: (item: T, done: () => number) => Promise<void>): Promise<void> {
  let finished = 0;
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await work(item, () => ++finished);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}
