// Detects at a start that one of the two store files was replaced or restored.
import type { Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import type { Logger } from '../domain/logger.ts';
import type { OutboundStore } from '../store/outbound.ts';
import type { StagingReader } from '../store/staging.ts';
import type { InboundPort } from './ports.ts';

/** How often the mark of the pair is renewed while something changes: every minute. */
const renewEveryMs = 60_000;

/** Notes of the outbound store with the mark: the one that both stores had, and the one that they are about to get. */
const markNote = 'pair';
const nextMarkNote = 'next pair';

/** Why the two stores of a data folder do not belong together. */
export interface PairFault {
  /** A clause for people. */
  readonly why: string;
  /** The outbound store has planned Changes that the staging store does not have. */
  readonly stagingIsOlder: boolean;
}

/** Dependencies of a {@link StorePair}. */
export interface StorePairParts {
  readonly inbound: Pick<InboundPort, 'pairMark' | 'setPairMark'>;
  readonly reader: Pick<StagingReader, 'changes'>;
  readonly outbound: Pick<OutboundStore, 'notes' | 'targets' | 'rechecks'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly newMark: () => string;
}

/**
 * Finds out at a start whether one of the two store files was replaced, by a backup of another time or by an empty one. Both have the same
 * mark, which is renewed every minute while something changes. It is written to the outbound store as the next one, then to the staging
 * store, then to the outbound store: after a crash in between the staging store has one of the two.
 */
export class StorePair {
  readonly #parts: StorePairParts;
  #marked = '';
  #cancel: (() => void) | undefined;

  constructor(parts: StorePairParts) {
    this.#parts = parts;
  }

  /** The fault of the pair; `undefined` if the stores belong together or are both new. */
  async findFault(): Promise<PairFault | undefined> {
    const { inbound, reader, outbound } = this.#parts;
    const [mark, ...known] = await Promise.all([inbound.pairMark(), outbound.notes.get(markNote), outbound.notes.get(nextMarkNote)]);
    const head = await reader.changes.head();
    const stagingIsOlder = (await outbound.targets.list()).some(({ cursor }) => cursor > head);
    if (stagingIsOlder) return { why: 'vestibule.db is older than outbound.db: it was replaced or restored from a backup', stagingIsOlder };
    if (known.every((one) => one === undefined) || known.includes(mark)) return undefined;
    return { why: 'vestibule.db and outbound.db are from different times: one was replaced or restored from a backup', stagingIsOlder };
  }

  /** Writes a new mark to both stores, now and every minute. */
  async keepMarked(): Promise<void> {
    await this.#renew();
    this.#renewLater();
  }

  stop(): void {
    this.#cancel?.();
  }

  #renewLater(): void {
    const { clock, log } = this.#parts;
    this.#cancel = clock.wakeAt(new Date(clock.now().getTime() + renewEveryMs), () => {
      this.#renew()
        .catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'the mark of the stores could not be renewed'))
        .finally(() => this.#renewLater());
    });
  }

  /** Nothing is written while nothing has changed. */
  async #renew(): Promise<void> {
    const { inbound, reader, outbound, newMark } = this.#parts;
    const [head, settled] = await Promise.all([reader.changes.head(), outbound.rechecks.head()]);
    const state = `${head} ${settled}`;
    if (state === this.#marked) return;
    const mark = newMark();
    await outbound.notes.set(nextMarkNote, mark);
    await inbound.setPairMark(mark);
    await outbound.notes.set(markNote, mark);
    this.#marked = state;
  }
}
