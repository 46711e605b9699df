// Finds people who swap their match keys in a cycle.
/** The match keys that one person's record will have, and the people who have these keys now. */
export interface KeyRequest {
  /** The new match keys, each as a text. */
  readonly keys: readonly string[];
  /** Subject keys of the people who have one of these match keys now. Empty if all are free. */
  readonly heldBy: readonly string[];
  /** True if an update that gives up the current match keys is wanted and can be sent. */
  readonly moves: boolean;
}

/** Max number of people in a cycle whose updates are sent together. People in a larger cycle are parked until an operator decides. */
export const maxExchange = 16;

/**
 * Finds people who exchange match keys in a cycle (two who swap their e-mail addresses): each takes keys that another one gives up. None of
 * their updates can be sent first, so all are sent in one Plan. `requests` is by Subject key, and must include the people who have keys
 * that others want. The result contains, for each member of a cycle, the other members. Pure.
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

/** The Subject and everyone whose keys it requires, directly or indirectly; `undefined` if they are more than `maxExchange`. */
function followHolders(subject: string, requests: ReadonlyMap<string, KeyRequest>): readonly string[] | undefined {
  const followed = new Set([subject]);
  // Iterating over a Set includes the values that are added during the iteration.
  for (const one of followed) {
    for (const holder of requests.get(one)?.heldBy ?? []) followed.add(holder);
    if (followed.size > maxExchange) return undefined;
  }
  return [...followed];
}

/** True if each member gives up its keys, each one depends on all others, and no two members want the same key. */
function isExchange(cycle: readonly string[], requests: ReadonlyMap<string, KeyRequest>): boolean {
  const keys = cycle.flatMap((member) => requests.get(member)?.keys ?? []);
  return (
    cycle.length > 1 &&
    cycle.every((member) => requests.get(member)?.moves === true && followHolders(member, requests)?.length === cycle.length) &&
    new Set(keys).size === keys.length
  );
}
