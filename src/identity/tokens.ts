// Creates, verifies, extends and revokes the tokens and client secrets of the store.
import { toOwnCommand } from '../domain/own-command.ts';
import { hash } from 'node:crypto';
import { BoundedMap } from '../domain/bounded-map.ts';
import type { Clock } from '../domain/clock.ts';
import { CommandRefused } from '../domain/errors.ts';
import type { SourceId } from '../domain/ids.ts';
import { namePattern, nameRule } from '../domain/name-rule.ts';
import type { Token, TokenUse } from '../domain/source.ts';
import type { Tokens as TokenStore } from '../store/identity.ts';

/** Dependencies of {@link Tokens}. */
export interface TokensDeps {
  readonly store: TokenStore;
  readonly clock: Clock;
  /** Generates unpredictable bytes: `randomBytes` of node:crypto. */
  readonly randomBytes: (size: number) => Buffer;
}

/** The current status of a token. */
export type TokenStatus =
  | { readonly is: 'valid'; readonly token: Token }
  | { readonly is: 'unknown' }
  | { readonly is: 'expired' | 'revoked'; readonly token: Token; readonly since: Date };

/**
 * How long a token is cached, in milliseconds. Writes through this object take effect immediately, writes of other processes after this
 * time.
 */
const cacheMs = 1000;

/** Max number of cached tokens: more than a site has, but limited in case of a flood of invalid tokens. */
const maxCached = 1000;

/** The Source of a token if no other is specified. */
const defaultSource: SourceId = 'default';

/** The operations of the `token` commands. */
export type TokenCommands = Pick<Tokens, 'create' | 'list' | 'extend' | 'revoke'>;

/**
 * The bearer tokens and client secrets of all Sources. Each is `vst_` and 32 random bytes in base64url. Only its SHA-256 is stored; a slow
 * hash would not add protection, because the text is random. Several can be valid at the same time, so that a token can be replaced in
 * Entra without a gap (docs/entra-facts.md#token-rotation).
 */
export class Tokens {
  readonly #deps: TokensDeps;
  readonly #cached = new BoundedMap<string, { readonly token: Token; readonly until: number }>(maxCached);

  constructor(deps: TokensDeps) {
    this.#deps = deps;
  }

  /**
   * Creates a token, by default a bearer token. `text` is shown once and cannot be retrieved later. Without `expiresInMs` the token never
   * expires.
   */
  async create(request: {
    readonly source?: string;
    readonly use?: TokenUse;
    readonly label: string;
    readonly expiresInMs?: number;
  }): Promise<{ token: Token; text: string }> {
    const source = request.source ?? defaultSource;
    if (!namePattern.test(source)) {
      throw new CommandRefused(`Invalid source name ${JSON.stringify(source)}`, { hint: nameRule });
    }
    const text = `vst_${this.#deps.randomBytes(32).toString('base64url')}`;
    const createdAt = this.#deps.clock.now();
    const expiresAt = toExpiry(createdAt, request.expiresInMs);
    const token = await this.#deps.store.create({
      hash: toHash(text),
      source,
      use: request.use ?? 'bearer',
      label: request.label,
      createdAt,
      ...(expiresAt && { expiresAt }),
    });
    return { token, text };
  }

  /** All tokens, including expired and revoked ones. */
  list(): Promise<readonly Token[]> {
    return this.#deps.store.list();
  }

  /** Sets the expiry to `expiresInMs` from now, or to never (`undefined`). @throws {CommandRefused} if the token does not exist. */
  async extend(id: number, expiresInMs: number | undefined): Promise<Token> {
    const token = await this.#deps.store.extend(id, toExpiry(this.#deps.clock.now(), expiresInMs));
    this.#cached.clear();
    return token ?? refuseUnknown(id);
  }

  /** Revokes a token immediately. @throws {CommandRefused} if the token does not exist. */
  async revoke(id: number): Promise<Token> {
    const token = await this.#deps.store.revoke(id, this.#deps.clock.now());
    this.#cached.clear();
    return token ?? refuseUnknown(id);
  }

  /** The current status of a token. Reads the store at most once a second per token. */
  async verify(text: string): Promise<TokenStatus> {
    const digest = toHash(text);
    return this.#check(await this.#find(digest, (store) => store.byHash(digest)));
  }

  /** Like `verify`, by the id of a token. */
  async verifyId(id: number): Promise<TokenStatus> {
    return this.#check(await this.#find(String(id), (store) => store.byId(id)));
  }

  #check(token: Token | undefined): TokenStatus {
    if (!token) return { is: 'unknown' };
    if (token.revokedAt) return { is: 'revoked', token, since: token.revokedAt };
    if (token.expiresAt && token.expiresAt <= this.#deps.clock.now()) return { is: 'expired', token, since: token.expiresAt };
    return { is: 'valid', token };
  }

  /** `key` is a digest or an id; the two can never be equal. */
  async #find(key: string, read: (store: TokenStore) => Promise<Token | undefined>): Promise<Token | undefined> {
    const now = this.#deps.clock.now().getTime();
    const remembered = this.#cached.get(key);
    if (remembered && remembered.until > now) return remembered.token;
    const token = await read(this.#deps.store);
    if (!token) return undefined;
    this.#cached.set(key, { token, until: now + cacheMs });
    return token;
  }
}

function toHash(text: string): string {
  return hash('sha256', text, 'hex');
}

function toExpiry(now: Date, expiresInMs: number | undefined): Date | undefined {
  return expiresInMs === undefined ? undefined : new Date(now.getTime() + expiresInMs);
}

function refuseUnknown(id: number): never {
  throw new CommandRefused(`Token ${id} does not exist`, { hint: `List the tokens: ${toOwnCommand('token', 'list')}` });
}
