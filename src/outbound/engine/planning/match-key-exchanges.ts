// Finds people who swap their match keys in a cycle.
/** One person whose record is to get match keys, and who has them now. */
export interface KeyRequest {
  /** Match keys that the record is to have, each as a text. */
  readonly keys: readonly string[];
  /** The people who have one of them now, by Subject key. Empty: the keys are free. */
  readonly heldBy: readonly string[];
  /** The update that gives up the present keys is wanted and can be sent. */
  readonly moves: boolean;
}

/** The largest cycle that is released together. A larger one is parked, and a technician decides. */
export const maxExchange = 16;

/**
 * Finds people who exchange match keys in a cycle (two who swap their e-mails): each takes keys that another of them gives up. None
 * of their updates can be sent first, so all are sent in one Plan. `requests` by Subject key; people who have keys that others want must be
 * among them. The result has the other members for each member of a cycle. Pure.
 */
export function findExchanges(requests: ReadonlyMap<string, KeyRequest>): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const [subject, { heldBy }] of requests) {
    if (heldBy.length === 0 || found.has(subject)) continue;
    const cycle = followHolders(subject, requests);
    if (cycle === undefined || !isExchange(cycle, requests)) continue;
    for (const member of cycle)
      found.set(
        member,
        cycle.filter((other) => other !== member),
      );
  }
  return found;
}

/** The Subject and everyone whose keys it needs, directly or not; `undefined` when they are too many. */
function followHolders(subject: string, requests: ReadonlyMap<string, KeyRequest>): readonly string[] | undefined {
  const followed = new Set([subject]);
  // A Set that grows while it is read is read to its new end.
  for (const one of followed) {
    for (const holder of requests.get(one)?.heldBy ?? []) followed.add(holder);
    if (followed.size > maxExchange) return undefined;
  }
  return [...followed];
}

/** True when everyone moves, everyone needs everyone, and no two want the same key. */
function isExchange(cycle: readonly string[], requests: ReadonlyMap<string, KeyRequest>): boolean {
  const keys = cycle.flatMap((member) => requests.get(member)?.keys ?? []);
  return (
    cycle.length > 1 &&
    cycle.every((member) => requests.get(member)?.moves === true && followHolders(member, requests)?.length === cycle.length) &&
    new Set(keys).size === keys.length
  );
}
