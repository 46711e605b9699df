// Looks up records at a Target, and finds the people who have their match fields or keys.
import type { Delivery } from '../../../domain/delivery.ts';
import { TargetRefused, TargetUnavailable, messageOf } from '../../../domain/errors.ts';
import { subjectKey, type SubjectRef } from '../../../domain/ids.ts';
import { toMatchKeys } from '../../../domain/record.ts';
import type { TargetDefinition } from '../../../domain/target.ts';
import type { Found, RecordConnection } from '../../drivers/driver.ts';
import type { EngineDeps } from '../deps.ts';

/** Look-ups at one Target over one Connection. */
export class RecordLookUps {
  readonly #deps: EngineDeps;
  readonly #definition: TargetDefinition;
  readonly #connection: RecordConnection;

  constructor(deps: EngineDeps, definition: TargetDefinition, connection: RecordConnection) {
    this.#deps = deps;
    this.#definition = definition;
    this.#connection = connection;
  }

  /** True if the Delivery can be looked up. A Record without match fields cannot: no result would not mean that it does not exist. */
  can(delivery: Delivery): boolean {
    return this.#connection.find !== undefined && toMatchKeys(this.#definition.match, delivery.rows[0]).length > 0;
  }

  /** Records at the Target with the match fields of a Delivery; empty if the Connection has no look-up. */
  async find(delivery: Delivery, signal: AbortSignal): Promise<readonly Found[]> {
    return (await this.#connection.find?.(delivery, signal)) ?? [];
  }

  /** When a look-up can find the last write; `undefined` if it already can. */
  async visibleAt({ subject }: Delivery): Promise<Date | undefined> {
    const [shadow] = await this.#deps.store.shadows.get(this.#definition.target, [subject]);
    if (shadow === undefined) return undefined;
    const visibleAt = new Date(shadow.at.getTime() + this.#connection.visibleAfterMs);
    return visibleAt > this.#deps.clock.now() ? visibleAt : undefined;
  }

  /** The people whose records have the match fields of this Delivery. When their records change, this Delivery is planned again. */
  async holdersOf({ subject, rows }: Delivery): Promise<readonly SubjectRef[]> {
    const keys = toMatchKeys(this.#definition.match, rows[0]);
    const [claims] = await this.#deps.store.shadows.claims(this.#definition.target, [{ subject, keys }]);
    return claims?.by.map((claim) => claim.subject) ?? [];
  }

  /**
   * The keys of found records that belong to other people: while two people swap their e-mail addresses, both records have the same one for
   * a moment.
   */
  async othersKeys({ subject }: Delivery, found: readonly Found[]): Promise<ReadonlySet<string>> {
    const keys = found.flatMap(({ key }) => key ?? []);
    const holders = await this.#deps.store.shadows.holders(this.#definition.target, keys);
    const others = [...holders].filter(([, holder]) => subjectKey(holder) !== subjectKey(subject));
    return new Set(others.map(([key]) => key));
  }
}

/**
 * Probes a Target that reported a record as missing.
 * @throws {TargetUnavailable | TargetRefused} if the probe fails: a different system may have answered.
 */
export async function assertWorks(connection: RecordConnection, signal: AbortSignal): Promise<void> {
  try {
    await connection.probe(signal);
  } catch (error) {
    const message = messageOf(error);
    // Nothing was written, because the "missing" came from a different system.
    if (error instanceof TargetRefused) throw error;
    throw new TargetUnavailable(message, { cause: error, hint: 'check the address: a different system answers there' });
  }
}
