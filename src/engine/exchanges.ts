/** One person whose record is to get match keys, and who has them now. */
export interface KeyWish {
  /** Match keys that the record is to have, each as a text. */
  readonly keys: readonly string[];
  /** The people who have one of them now, by Subject key. Empty: the keys are free. */
  readonly heldBy: readonly string[];
  /** The update that gives up the present keys is wanted and can be sent. */
  readonly moves: boolean;
}

/** The largest circle that is released together. A larger one is parked, and a technician decides. */
export const maxExchange = 16;

/**
 * Finds people who exchange match keys in a circle (two who swap their e-mails): each takes keys that another of them gives up. None
 * of their updates can go first, so all of them go in one Plan. `wishes` by Subject key; people who have keys that others want must be
 * among them. The result has the other members for each member of a circle. Pure.
 */
export function findExchanges(wishes: ReadonlyMap<string, KeyWish>): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const [subject, { heldBy }] of wishes) {
    if (heldBy.length === 0 || found.has(subject)) continue;
    const circle = followHolders(subject, wishes);
    if (circle === undefined || !isExchange(circle, wishes)) continue;
    for (const member of circle)
      found.set(
        member,
        circle.filter((other) => other !== member),
      );
  }
  return found;
}

/** The Subject and everyone whose keys it needs, directly or not; `undefined` when they are too many. */
function followHolders(subject: string, wishes: ReadonlyMap<string, KeyWish>): readonly string[] | undefined {
  const reached = new Set([subject]);
  // A Set that grows while it is read is read to its new end.
  for (const one of reached) {
    for (const holder of wishes.get(one)?.heldBy ?? []) reached.add(holder);
    if (reached.size > maxExchange) return undefined;
  }
  return [...reached];
}

/** True when everyone moves, everyone needs everyone, and no two want the same key. */
function isExchange(circle: readonly string[], wishes: ReadonlyMap<string, KeyWish>): boolean {
  const keys = circle.flatMap((member) => wishes.get(member)?.keys ?? []);
  return (
    circle.length > 1 &&
    circle.every((member) => wishes.get(member)?.moves === true && followHolders(member, wishes)?.length === circle.length) &&
    new Set(keys).size === keys.length
  );
}
