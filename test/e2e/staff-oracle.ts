import type { EntraClient } from '../../src/rehearsal/entra-client.ts';
import type { EntraPerson } from '../../src/rehearsal/entra-directory.ts';

/**
 * Plays a directory whose every deed is sent until it was acknowledged, as Entra's later cycles would. What it remembers is therefore
 * exactly what the visitor system has to show in the end.
 */
export class StaffOracle {
  readonly #client: EntraClient;
  readonly #back: () => Promise<void>;
  readonly #people = new Map<string, EntraPerson>();
  #acknowledged = 0;

  /** `back` resolves when a daemon that was killed serves again. */
  constructor(client: EntraClient, back: () => Promise<void>) {
    this.#client = client;
    this.#back = back;
  }

  /** Deeds that were acknowledged so far. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Sends a person as it is now until that is acknowledged. */
  async put(person: EntraPerson): Promise<void> {
    this.#people.set(person.objectId, person);
    for (let tries = 0; ; tries += 1) {
      try {
        await this.#client.syncPerson(person);
        break;
      } catch (error) {
        if (tries > 100) throw error;
        await this.#back();
      }
    }
    this.#acknowledged += 1;
  }

  /** E-mails of those who should be active, sorted. */
  active(): readonly string[] {
    return [...this.#people.values()]
      .flatMap((person) => (person.accountEnabled && person.mail !== undefined ? [person.mail.toLowerCase()] : []))
      .sort();
  }
}

/** Runs jobs so many at a time, in their order. */
export async function inParallel(jobs: readonly (() => Promise<void>)[], atOnce: number): Promise<void> {
  const queue = jobs.values();
  const worker = async () => {
    for (const job of queue) await job();
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
