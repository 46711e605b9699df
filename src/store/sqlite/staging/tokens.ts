// Stores bearer tokens and client secrets, as hashes.
import type { Database, Statement } from 'better-sqlite3';
import type { SourceId } from '../../../domain/ids.ts';
import type { Token, TokenUse } from '../../../domain/source.ts';
import type { Tokens } from '../../identity.ts';
import type { DatabaseAccess } from '../database-access.ts';
import { dateAt, toMs } from '../column-values.ts';
import { prepare } from '../prepare.ts';

interface TokenRow {
  readonly id: number;
  readonly source: string;
  readonly use: TokenUse;
  readonly label: string;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly revoked_at: number | null;
  readonly last_used_at: number | null;
}

/** Min interval, in milliseconds, between two updates of `last_used_at`: every request uses a token, and not every use is stored. */
const noteEveryMs = 60_000;

const columns = 'id, source, use, label, created_at, expires_at, revoked_at, last_used_at';

/** Bearer tokens and client secrets, as hashes. */
export class SqliteTokens implements Tokens {
  readonly #access: DatabaseAccess;
  readonly #insert: Statement<[string, string, TokenUse, string, number, number | null], TokenRow>;
  readonly #source: Statement<[string]>;
  readonly #byHash: Statement<[string], TokenRow>;
  readonly #byId: Statement<[number], TokenRow>;
  readonly #list: Statement<[], TokenRow>;
  readonly #extend: Statement<[number | null, number], TokenRow>;
  readonly #revoke: Statement<[number, number], TokenRow>;
  readonly #lastUse: Statement<[number], number | null>;
  readonly #used: Statement<[number, number]>;

  constructor(db: Database, access: DatabaseAccess) {
    this.#access = access;
    this.#insert = prepare(
      db,
      `insert into tokens (hash, source, use, label, created_at, expires_at) values (?, ?, ?, ?, ?, ?) returning ${columns}`,
    );
    this.#source = prepare(db, 'insert into sources (id) values (?) on conflict do nothing');
    this.#byHash = prepare(db, `select ${columns} from tokens where hash = +?`);
    this.#byId = prepare(db, `select ${columns} from tokens where id = +?`);
    this.#list = prepare(db, `select ${columns} from tokens order by id`);
    this.#extend = prepare(db, `update tokens set expires_at = +? where id = +? returning ${columns}`);
    this.#revoke = prepare(db, `update tokens set revoked_at = coalesce(revoked_at, +?) where id = +? returning ${columns}`);
    this.#lastUse = prepare<[number], number | null>(db, 'select last_used_at from tokens where id = +?').pluck();
    this.#used = prepare(db, 'update tokens set last_used_at = max(coalesce(last_used_at, 0), +?) where id = +?');
  }

  create(token: { hash: string; source: SourceId; use: TokenUse; label: string; createdAt: Date; expiresAt?: Date }): Promise<Token> {
    const { hash, source, use, label, createdAt, expiresAt } = token;
    return this.#access.write(() => {
      this.#source.run(source);
      const row = this.#insert.get(hash, source, use, label, createdAt.getTime(), toMs(expiresAt));
      if (row === undefined) throw new Error('Internal error: the inserted token was not found');
      return toToken(row);
    });
  }

  byHash(hash: string): Promise<Token | undefined> {
    return this.#access.read(() => toTokenOrNone(this.#byHash.get(hash)));
  }

  byId(id: number): Promise<Token | undefined> {
    return this.#access.read(() => toTokenOrNone(this.#byId.get(id)));
  }

  list(): Promise<readonly Token[]> {
    return this.#access.read(() => this.#list.all().map(toToken));
  }

  extend(id: number, expiresAt: Date | undefined): Promise<Token | undefined> {
    return this.#access.write(() => toTokenOrNone(this.#extend.get(toMs(expiresAt), id)));
  }

  revoke(id: number, at: Date): Promise<Token | undefined> {
    return this.#access.write(() => toTokenOrNone(this.#revoke.get(at.getTime(), id)));
  }

  async used(id: number, at: Date): Promise<void> {
    const last = await this.#access.read(() => this.#lastUse.get(id));
    if (last === undefined || (last !== null && at.getTime() - last < noteEveryMs)) return;
    await this.#access.write(() => this.#used.run(at.getTime(), id));
  }
}

function toTokenOrNone(row: TokenRow | undefined): Token | undefined {
  return row === undefined ? undefined : toToken(row);
}

function toToken(row: TokenRow): Token {
  return {
    id: row.id,
    source: row.source,
    use: row.use,
    label: row.label,
    createdAt: new Date(row.created_at),
    ...dateAt('expiresAt', row.expires_at),
    ...dateAt('revokedAt', row.revoked_at),
    ...dateAt('lastUsedAt', row.last_used_at),
  };
}
