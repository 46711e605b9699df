import { randomUUID } from 'node:crypto';
import Database, { type Statement } from 'better-sqlite3';

interface Waiting {
  readonly work: () => string;
  readonly answer: (body: string) => void;
}

interface PatchBody {
  readonly Operations: readonly { readonly path: string; readonly value: string & readonly { readonly value: string }[] }[];
}

/**
 * The data of the limit server: response bodies by id, userName and externalId, and one row per member. Writes that arrive in one turn of
 * the event loop share a durable commit and are answered after it. No validation, no errors, no history: a floor for the cost.
 */
export class LimitDatabase {
  readonly #begin: Statement<[]>;
  readonly #commit: Statement<[]>;
  readonly #insertUser: Statement<[string, string, string, string]>;
  readonly #byUserName: Statement<[string], string>;
  readonly #byId: Statement<[string], string>;
  readonly #update: Statement<[string, string]>;
  readonly #remove: Statement<[string]>;
  readonly #insertGroup: Statement<[string, string]>;
  readonly #touchGroup: Statement<[string, string]>;
  readonly #insertMember: Statement<[string, string]>;
  #queue: Waiting[] = [];

  constructor(file: string) {
    const db = new Database(file);
    db.pragma('journal_mode = wal');
    db.pragma('synchronous = full');
    db.pragma('cache_size = -65536');
    db.exec(`
      create table users (id text primary key, user_name text not null unique, external_id text not null, body text not null);
      create index users_external_id on users (external_id);
      create table groups (id text primary key, modified text not null);
      create table members (group_id text not null, member text not null, primary key (group_id, member)) without rowid`);
    this.#begin = db.prepare('begin immediate');
    this.#commit = db.prepare('commit');
    this.#insertUser = db.prepare('insert into users (id, user_name, external_id, body) values (?, ?, ?, ?)');
    this.#byUserName = db.prepare<[string], string>('select body from users where user_name = ?').pluck();
    this.#byId = db.prepare<[string], string>('select body from users where id = ?').pluck();
    this.#update = db.prepare('update users set body = ? where id = ?');
    this.#remove = db.prepare('delete from users where id = ?');
    this.#insertGroup = db.prepare('insert into groups (id, modified) values (?, ?)');
    this.#touchGroup = db.prepare('update groups set modified = ? where id = ?');
    this.#insertMember = db.prepare('insert or ignore into members (group_id, member) values (?, ?)');
  }

  /** The body of the user with this name, empty when there is none. */
  find(userName: string): string {
    return this.#byUserName.get(userName.toLowerCase()) ?? '';
  }

  createUser(text: string, answer: (body: string) => void): void {
    const user = JSON.parse(text) as { userName: string; externalId: string };
    const id = randomUUID();
    const now = new Date().toISOString();
    const body = JSON.stringify({ id, ...user, meta: { resourceType: 'User', created: now, lastModified: now } });
    this.#write(() => {
      this.#insertUser.run(id, user.userName.toLowerCase(), user.externalId, body);
      return body;
    }, answer);
  }

  /** Supports one PATCH: title, family name and department. */
  patchUser(id: string, text: string, answer: (body: string) => void): void {
    const { Operations: operations } = JSON.parse(text) as PatchBody;
    this.#write(() => {
      const user = JSON.parse(this.#byId.get(id) ?? '{}') as Record<string, unknown>;
      user['title'] = operations[0]?.value;
      user['name'] = { ...(user['name'] as object), familyName: operations[1]?.value };
      const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
      user[enterprise] = { ...(user[enterprise] as object), department: operations[2]?.value };
      user['meta'] = { ...(user['meta'] as object), lastModified: new Date().toISOString() };
      const body = JSON.stringify(user);
      this.#update.run(body, id);
      return body;
    }, answer);
  }

  removeUser(id: string, answer: (body: string) => void): void {
    this.#write(() => {
      this.#remove.run(id);
      return '';
    }, answer);
  }

  createGroup(text: string, answer: (body: string) => void): void {
    const { members } = JSON.parse(text) as { members: readonly { readonly value: string }[] };
    const id = randomUUID();
    this.#write(() => {
      this.#insertGroup.run(id, new Date().toISOString());
      for (const { value } of members) this.#insertMember.run(id, value);
      return JSON.stringify({ id });
    }, answer);
  }

  /** Supports one PATCH: an add of members. */
  addMembers(id: string, text: string, answer: (body: string) => void): void {
    const { Operations: operations } = JSON.parse(text) as PatchBody;
    this.#write(() => {
      for (const { value } of operations[0]?.value ?? []) this.#insertMember.run(id, value);
      this.#touchGroup.run(new Date().toISOString(), id);
      return '';
    }, answer);
  }

  #write(work: () => string, answer: (body: string) => void): void {
    this.#queue.push({ work, answer });
    if (this.#queue.length === 1) setImmediate(() => this.#flush());
  }

  #flush(): void {
    const batch = this.#queue;
    this.#queue = [];
    this.#begin.run();
    const bodies = batch.map((waiting) => waiting.work());
    this.#commit.run();
    batch.forEach((waiting, index) => waiting.answer(bodies[index] ?? ''));
  }
}
