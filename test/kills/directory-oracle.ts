import { setTimeout as wait } from 'node:timers/promises';
import type { EntraClient } from '../../src/rehearsal/entra-client.ts';
import type { EntraPerson } from '../../src/rehearsal/entra-directory.ts';
import type { DirectoryChange } from './person-lives.ts';

/** Max time until a change is acknowledged, in milliseconds: many kills may happen meanwhile. */
const maxMs = 300_000;

/**
 * Simulates a directory that sends every change until it is acknowledged, like Entra's later cycles. Its state is therefore the expected
 * state of the visitor system at the end.
 */
export class DirectoryOracle {
  readonly #client: EntraClient;
  readonly #back: () => Promise<void>;
  readonly #people = new Map<string, EntraPerson>();
  readonly #everSent = new Set<string>();
  #acknowledged = 0;
  #unanswered = 0;

  /** `back` resolves when the killed daemon serves again, and rejects if it never will. */
  constructor(client: EntraClient, back: () => Promise<void>) {
    this.#client = client;
    this.#back = back;
  }

  /** Number of acknowledged changes. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Number of requests without a response, which may have been carried out. */
  get unanswered(): number {
    return this.#unanswered;
  }

  /** Number of people who were ever in the directory with an e-mail: each must have exactly one record. */
  get everSent(): number {
    return this.#everSent.size;
  }

  /** Sends a change until it is acknowledged. @throws the last error after five minutes. */
  async carryOut(change: DirectoryChange): Promise<void> {
    const end = Date.now() + maxMs;
    for (;;) {
      try {
        await this.#send(change);
        break;
      } catch (error) {
        if (Date.now() > end) throw error;
        this.#unanswered += 1;
        await wait(20);
        await this.#back();
      }
    }
    this.#acknowledged += 1;
  }

  async #send(change: DirectoryChange): Promise<void> {
    if ('remove' in change) {
      this.#people.delete(change.remove.objectId);
      await this.#client.deletePerson(change.remove.objectId);
      return;
    }
    const { objectId, mail } = change.put;
    this.#people.set(objectId, change.put);
    if (mail !== undefined) this.#everSent.add(objectId);
    await this.#client.syncPerson(change.put);
  }

  /** The people who should be active: e-mail and names in the format of the system, sorted. */
  active(): readonly string[] {
    return [...this.#people.values()]
      .flatMap(({ accountEnabled, mail, givenName, surname }) =>
        accountEnabled && mail !== undefined ? [toEntry(mail.toLowerCase(), givenName, surname)] : [],
      )
      .sort();
  }
}

/** One active person as text. */
export function toEntry(mail: unknown, givenName: unknown, surname: unknown): string {
  return [mail, givenName ?? '', surname ?? ''].map(String).join(' | ');
}
