// Tracks whether the store can be written, and maps SQLite errors.
import Database from 'better-sqlite3';
import type { Clock } from '../../domain/clock.ts';
import { StoreError } from '../../domain/errors.ts';
import type { Logger } from '../../domain/logger.ts';

/** How long writes are rejected after a write failed because the disk was full. */
const pauseMs = 3_000;

interface Trouble {
  readonly sentence: string;
  readonly hint: string;
  /** Another try may succeed without a restart. */
  readonly passes: boolean;
  triedAt: number;
}

/** Tracks whether the store can be read and written, from the errors of SQLite. */
export class StoreHealth {
  readonly #clock: Clock;
  readonly #log: Logger;
  #trouble: Trouble | undefined;
  #unreadable: StoreError | undefined;
  #opened: StoreError | undefined;
  #probe: (() => void) | undefined;
  #cancelProbe: (() => void) | undefined;

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Why nothing is written, or `undefined`. */
  get sentence(): string | undefined {
    return this.#trouble?.sentence;
  }

  /** The error for a write that must not even try, or `undefined`. Lets one through when the pause is over. */
  refusal(): StoreError | undefined {
    const trouble = this.#trouble;
    if (this.#opened !== undefined) return this.#opened;
    if (trouble === undefined) return undefined;
    const now = this.#clock.now().getTime();
    if (!trouble.passes || now - trouble.triedAt < pauseMs) return new StoreError(trouble.sentence, { hint: trouble.hint });
    trouble.triedAt = now;
    return undefined;
  }

  /**
   * Calls `probe` after each pause while a trouble lasts that may pass: it writes something small. Clients that were sent away by `/readyz`
   * do not write, so no write of theirs would find out that the disk has space again.
   */
  probeWith(probe: () => void): void {
    this.#probe = probe;
  }

  /** The store was opened for reading: every write is rejected, which is not an error state. */
  readOnly(): void {
    this.#opened = new StoreError('the store is open read-only');
  }

  /** @throws {StoreError} when the file cannot even be read. */
  assertReadable(): void {
    if (this.#unreadable !== undefined) throw this.#unreadable;
  }

  /** The whole store is unusable until a person acts. */
  condemn(error: StoreError): void {
    this.#unreadable = error;
    this.lock(error.message, error.hint ?? hints.damaged);
  }

  /** The store is closed: reads are rejected. */
  close(): void {
    this.#cancelProbe?.();
    this.#unreadable = new StoreError('the store is closed');
  }

  /** Reads go on, writes do not, until a restart. */
  lock(sentence: string, hint: string): void {
    this.#trouble = { sentence, hint, passes: false, triedAt: 0 };
    this.#log.error({ hint }, 'the store is read-only');
  }

  /** Records a failed transaction. Returns the error for its callers. */
  failed(error: unknown): StoreError {
    const translated = toStoreError(error);
    const kind = kindOf(error);
    if (kind === 'other') return translated;
    const hint = translated.hint ?? hints[kind];
    const isNew = this.#trouble === undefined;
    if (this.#trouble?.passes !== false) {
      this.#trouble = { sentence: translated.message, hint, passes: kind !== 'damaged', triedAt: this.#clock.now().getTime() };
    }
    if (isNew) this.#log.error({ code: codeOf(error), hint }, 'the store is read-only');
    this.#probeLater();
    return translated;
  }

  #probeLater(): void {
    this.#cancelProbe?.();
    if (this.#trouble?.passes !== true || this.#probe === undefined) return;
    this.#cancelProbe = this.#clock.wakeAt(new Date(this.#clock.now().getTime() + pauseMs), this.#probe);
  }

  /** A transaction was written: a trouble that passes has passed. */
  succeeded(): void {
    if (this.#trouble?.passes !== true) return;
    this.#trouble = undefined;
    this.#cancelProbe?.();
    this.#log.info({}, 'the store is writable again');
  }
}

type Kind = 'full' | 'damaged' | 'unwritable' | 'other';

const hints = {
  full: 'Free space on the disk of the data folder. Writing resumes automatically.',
  damaged: 'Stop the daemon and restore the latest backup of the data folder.',
  unwritable: 'Check the disk, the owner and the permissions of the data folder. Writing resumes automatically.',
} as const;

const sentences = {
  full: 'the disk of the data folder is full',
  damaged: 'the store is damaged',
  unwritable: 'the data folder is not writable',
} as const;

/** True for errors after which the current transaction cannot succeed. */
export function isFatal(error: unknown): boolean {
  return kindOf(error) !== 'other';
}

/** Converts SQLite errors to a StoreError with a hint; a StoreError is returned unchanged. */
export function toStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const kind = kindOf(error);
  if (kind === 'other') return new StoreError('the store could not commit', { cause: error });
  return new StoreError(sentences[kind], { hint: hints[kind], cause: error });
}

/** True for errors of SQLite itself. */
export function isSqliteError(error: unknown): error is InstanceType<typeof Database.SqliteError> {
  return error instanceof Database.SqliteError;
}

function codeOf(error: unknown): string {
  return isSqliteError(error) ? error.code : '';
}

function kindOf(error: unknown): Kind {
  const code = codeOf(error);
  if (code === 'SQLITE_FULL') return 'full';
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return 'damaged';
  const unwritable = ['SQLITE_IOERR', 'SQLITE_READONLY', 'SQLITE_CANTOPEN', 'SQLITE_PERM'].some((start) => code.startsWith(start));
  return unwritable ? 'unwritable' : 'other';
}
