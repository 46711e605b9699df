// Stores small named strings of the daemon.
import type { Database, Statement } from 'better-sqlite3';
import type { Notes } from '../identity.ts';
import type { DatabaseAccess } from './database-access.ts';
import { prepare } from './prepare.ts';

/** Small named strings that the daemon stores. */
export class SqliteNotes implements Notes {
  readonly #access: DatabaseAccess;
  readonly #get: Statement<[string], string>;
  readonly #set: Statement<[string, string]>;

  constructor(db: Database, access: DatabaseAccess) {
    this.#access = access;
    this.#get = prepare<[string], string>(db, 'select text from notes where name = +?').pluck();
    this.#set = prepare(db, 'insert into notes (name, text) values (?, ?) on conflict (name) do update set text = excluded.text');
  }

  get(name: string): Promise<string | undefined> {
    return this.#access.read(() => this.#get.get(name));
  }

  async set(name: string, text: string): Promise<void> {
    await this.#access.write(() => this.#set.run(name, text));
  }
}
