// Locks the data folder against a second process.
import { chmodSync, closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { StoreError } from '../../domain/errors.ts';

/** A lock that is held until it is released or its process ends, even in a crash. */
export interface Lock {
  /** Can be called twice. */
  release(): void;
}

/**
 * Takes the lock of a store file: an exclusive transaction on an empty database next to it, which the operating system releases when the
 * process ends. A text file next to it contains the process ID, only for the error message. Both are private to their owner: a user who
 * could read the lock file could take the lock and prevent the daemon from starting. Waits up to `waitMs` milliseconds for a process that is
 * about to end.
 * @throws {StoreError} if another process (or this one) has the lock.
 */
export function takeLock(file: string, waitMs = 0): Lock {
  const pidFile = `${file}.pid`;
  makePrivate(`${file}.lock`);
  const db = new Database(`${file}.lock`, { timeout: waitMs });
  try {
    db.exec('begin exclusive');
  } catch (error) {
    db.close();
    throw refusal(file, pidFile, error);
  }
  makePrivate(pidFile);
  writeFileSync(pidFile, String(process.pid));
  return {
    release() {
      if (!db.open) return;
      rmSync(pidFile, { force: true });
      db.close();
    },
  };
}

/** Creates an empty file if it is missing, and restricts it to its owner. A file of another user stays unchanged. */
function makePrivate(path: string): void {
  closeSync(openSync(path, 'a', 0o600));
  try {
    chmodSync(path, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
  }
}

function refusal(file: string, pidFile: string, cause: unknown): unknown {
  const busy = cause instanceof Database.SqliteError && cause.code.startsWith('SQLITE_BUSY');
  if (!busy) return cause;
  return new StoreError(`another Vestibule process is using this data folder (PID ${readPid(pidFile)})`, {
    hint: `Stop that process, or use a different --data folder; ${dirname(file)} is in use.`,
    cause,
  });
}

function readPid(pidFile: string): string {
  try {
    return readFileSync(pidFile, 'utf8');
  } catch {
    return 'unknown';
  }
}
