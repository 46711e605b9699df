// Opens a SQLite connection with the pragmas that the store needs.
import Database from 'better-sqlite3';

/** Pages in memory, in KiB: an index look-up at 100,000 people stays off the disk. */
const cacheKib = 32_768;
/** Pages of the log before it is copied into the file: fewer, larger copies of the same hot pages. 8 MiB. */
const checkpointPages = 2_000;
/** Only the first access shows whether memory can be shared, and takes or releases locks. */
const firstAccess = 'select count(*) from sqlite_schema';

/** Who else may open a database file: *alone*, no other connection; *shared*, connections that read. */
export type Sharing = 'alone' | 'shared';

/**
 * Opens a database file for writing. Where a mounted volume cannot share memory through a file, a shared one is written without a
 * write-ahead log. `synchronous` must be set each time: the default of this build could lose an acknowledged write in a power cut
 * (docs/platform-facts.md#durable-commits).
 */
export function openConnection(file: string, sharing: Sharing): Database.Database {
  const db = new Database(file, { timeout: 5_000 });
  try {
    // Before the first access: then no lock is taken per statement, which halves a look-up, and no memory is shared through a file.
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
 * Opens a database file for reading; nothing in it changes. SQLite keeps two files beside it meanwhile, `-wal` and `-shm`. Where a mounted
 * volume cannot share memory through a file, the file is opened as a writer does, but no statement may write.
 * @throws an error of SQLite when there is no such file.
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

/** SQLite's description of damage in a file, or `undefined`. Reads the whole file. */
export function findDamage(db: Database.Database): string | undefined {
  const [first] = db.pragma('quick_check(1)') as readonly { readonly quick_check: string }[];
  return first === undefined || first.quick_check === 'ok' ? undefined : first.quick_check;
}
