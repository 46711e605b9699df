// Opens a SQLite connection with the pragmas that the store needs.
import Database from 'better-sqlite3';

/** Size of the page cache in KiB: large enough that an index look-up among 100,000 people does not read the disk. */
const cacheKib = 32_768;
/**
 * Number of pages in the write-ahead log (8 MiB) before a checkpoint copies it into the file. A higher number means fewer copies of
 * frequently changed pages.
 */
const checkpointPages = 2_000;
/** Only the first access to a file shows whether shared memory works, and acquires or releases locks. */
const firstAccess = 'select count(*) from sqlite_schema';

/** Which other connections may open a database file: *alone* means none; *shared* means connections that read. */
export type Sharing = 'alone' | 'shared';

/**
 * Opens a database file for writing. On a mounted volume without shared memory, a shared file is written without a write-ahead log.
 * `synchronous` must be set each time: with the default of this build, an acknowledged write could be lost in a power cut
 * (docs/platform-facts.md#durable-commits).
 */
export function openConnection(file: string, sharing: Sharing): Database.Database {
  const db = new Database(file, { timeout: 5_000 });
  try {
    // Must be set before the first access. SQLite then takes no lock per statement, which halves the time of a look-up, and uses no
    // shared-memory file.
    if (sharing === 'alone') db.pragma('locking_mode = exclusive');
    setJournal(db, sharing);
    db.pragma('synchronous = full');
    db.pragma('foreign_keys = on');
    db.pragma('secure_delete = on');
    db.pragma('temp_store = memory');
    db.pragma(`cache_size = -${cacheKib}`);
    db.pragma(`wal_autocheckpoint = ${checkpointPages}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function setJournal(db: Database.Database, sharing: Sharing): void {
  try {
    db.pragma('journal_mode = wal');
    db.prepare(firstAccess).get();
  } catch (error) {
    if (sharing === 'alone' || !isWithoutSharedMemory(error)) throw error;
    db.pragma('locking_mode = exclusive');
    db.pragma('journal_mode = truncate');
    db.pragma('locking_mode = normal');
    db.prepare(firstAccess).get();
  }
}

/**
 * Opens a database file for reading without changing it. SQLite creates two files next to it while it is open, `-wal` and `-shm`. On a
 * mounted volume without shared memory, the file is opened as for writing, but statements cannot write.
 * @throws an error of SQLite if there is no such file.
 */
export function openForReading(file: string): Database.Database {
  const db = new Database(file, { readonly: true, fileMustExist: true, timeout: 5_000 });
  try {
    db.pragma('temp_store = memory');
    db.pragma(`cache_size = -${cacheKib}`);
    db.prepare(firstAccess).get();
    return db;
  } catch (error) {
    db.close();
    if (!isWithoutSharedMemory(error)) throw error;
    const writer = openConnection(file, 'alone');
    writer.pragma('query_only = on');
    return writer;
  }
}

function isWithoutSharedMemory(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_IOERR_SHM');
}

/** SQLite's description of damage in a file; `undefined` if it is intact. Reads the whole file. */
export function findDamage(db: Database.Database): string | undefined {
  const [first] = db.pragma('quick_check(1)') as readonly { readonly quick_check: string }[];
  return first === undefined || first.quick_check === 'ok' ? undefined : first.quick_check;
}
