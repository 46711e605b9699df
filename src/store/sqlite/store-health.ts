// Tracks whether a store can be read and written, and maps SQLite errors to StoreErrors.
import Database from 'better-sqlite3';
import type { Clock } from '../../domain/clock.ts';
import { StoreError } from '../../domain/errors.ts';
import type { Logger } from '../../domain/logger.ts';

/** Time for which writes are rejected after a write failed because the disk was full. */
const pauseMs = 3_000;

interface Trouble {
  readonly sentence: string;
  readonly hint: string;
  /** True if a later write may succeed without a restart. */
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

  /** Why the store is read-only; `undefined` if it is writable. */
  get sentence(): string | undefined {
    return this.#trouble?.sentence;
  }

  /**
   * The error for a write that must be rejected immediately; `undefined` if it may be tried. Lets one write through when the pause is over.
   */
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
   * Calls `probe`, which writes something small, after each pause while there is a problem that may pass. Clients that were turned away by
   * `/readyz` do not write, so without the probe the store would not notice that the disk has space again.
   */
  probeWith(probe: () => void): void {
    this.#probe = probe;
  }

  /** Marks a store that was opened for reading: every write is rejected, but this is not an error state. */
  readOnly(): void {
    this.#opened = new StoreError('the store is open read-only');
  }

  /** @throws {StoreError} if the file cannot be read. */
  assertReadable(): void {
    if (this.#unreadable !== undefined) throw this.#unreadable;
  }

  /** Marks the whole store as unusable until a person acts. */
  condemn(error: StoreError): void {
    this.#unreadable = error;
    this.lock(error.message, error.hint ?? hints.damaged);
  }

  /** Marks the store as closed: reads are rejected. */
  close(): void {
    this.#cancelProbe?.();
    this.#unreadable = new StoreError('the store is closed');
  }

  /** Makes the store read-only until a restart. */
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

  /** Records a successful transaction, which ends a problem that may pass. */
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
