import { chmodSync, closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { StoreError } from '../../domain/errors.ts';

/** A lock that is held until it is released or its process ends, however it ends. */
export interface Lock {
  /** Harmless when called twice. */
  release(): void;
}

/**
 * Takes the lock of a store file: an exclusive transaction on an empty database next to it, which the operating system drops with the
 * process. The number of the process stands in a text file beside, for the message only. Both belong to their owner alone: whoever could
 * read the lock's file could hold it, and keep the daemon from starting.
 * @throws {StoreError} when another process (or this one) has it.
 */
export function takeLock(file: string): Lock {
  const pidFile = `${file}.pid`;
  makePrivate(`${file}.lock`);
  const db = new Database(`${file}.lock`, { timeout: 0 });
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

/** Makes an empty file where there is none, and takes it from everybody but its owner. One of another user stays as it is. */
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
  return new StoreError(`another vestibule is using this data folder, pid ${readPid(pidFile)}`, {
    hint: `stop it first, or give this one another --data than ${dirname(file)}`,
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
