import { hash } from 'node:crypto';
import type { Clock } from '../domain/clock.ts';
import { CommandRefused } from '../domain/errors.ts';
import type { SourceId } from '../domain/ids.ts';
import type { Token } from '../domain/source.ts';
import type { Tokens as TokenStore } from '../store/store.ts';

/** What {@link Tokens} works with. */
export interface TokensDeps {
  readonly store: TokenStore;
  readonly clock: Clock;
  /** Unpredictable bytes: `randomBytes` of node:crypto. */
  readonly randomBytes: (size: number) => Buffer;
}

/** What a bearer token is worth at this moment. */
export type Verdict =
  | { readonly is: 'valid'; readonly source: SourceId; readonly tokenId: number }
  | { readonly is: 'unknown' }
  | { readonly is: 'expired' | 'revoked'; readonly since: Date };

/** How long a token that was read is believed. Writes through this object count at once; this bounds those of other processes. */
const believedMs = 1000;

/** Tokens remembered; more than any site has, so that a flood cannot grow the memory. */
const mostRemembered = 1000;

/** The Source of a token when nobody says another. */
const defaultSource: SourceId = 'default';

/**
 * The bearer tokens of all Sources. A token is `vst_` and 32 random bytes in base64url; only its SHA-256 is kept (it is random, so
 * a slow hash would protect nothing). Several are valid at once, so that a swap at Entra has no gap (fact sheet §1.4).
 */
export class Tokens {
  readonly #deps: TokensDeps;
  readonly #remembered = new Map<string, { readonly token: Token; readonly until: number }>();

  constructor(deps: TokensDeps) {
    this.#deps = deps;
  }

  /** Makes a token. `text` is shown once and cannot be had again. Without `expiresInMs` it never expires. */
  async create(wish: {
    readonly source?: string;
    readonly label: string;
    readonly expiresInMs?: number;
  }): Promise<{ token: Token; text: string }> {
    const source = wish.source ?? defaultSource;
    if (!/^[\w-]{1,64}$/.test(source)) {
      throw new CommandRefused(`${JSON.stringify(source)} cannot be the name of a Source`, { hint: 'use letters, digits, - and _' });
    }
    const text = `vst_${this.#deps.randomBytes(32).toString('base64url')}`;
    const createdAt = this.#deps.clock.now();
    const expiresAt = toExpiry(createdAt, wish.expiresInMs);
    const token = await this.#deps.store.create({
      hash: toHash(text),
      source,
      use: 'bearer',
      label: wish.label,
      createdAt,
      ...(expiresAt && { expiresAt }),
    });
    return { token, text };
  }

  /** All tokens, those that expired or were revoked too. */
  list(): Promise<readonly Token[]> {
    return this.#deps.store.list();
  }

  /** Lets a token expire this long from now, or never (`undefined`). @throws {CommandRefused} when there is no such token. */
  async extend(id: number, expiresInMs: number | undefined): Promise<Token> {
    const token = await this.#deps.store.extend(id, toExpiry(this.#deps.clock.now(), expiresInMs));
    this.#remembered.clear();
    return token ?? refuseUnknown(id);
  }

  /** Ends a token at once. @throws {CommandRefused} when there is no such token. */
  async revoke(id: number): Promise<Token> {
    const token = await this.#deps.store.revoke(id, this.#deps.clock.now());
    this.#remembered.clear();
    return token ?? refuseUnknown(id);
  }

  /** What this text is worth now. Reads the store at most once a second per token. */
  async verify(text: string): Promise<Verdict> {
    const token = await this.#find(toHash(text));
    if (!token) return { is: 'unknown' };
    if (token.revokedAt) return { is: 'revoked', since: token.revokedAt };
    if (token.expiresAt && token.expiresAt <= this.#deps.clock.now()) return { is: 'expired', since: token.expiresAt };
    return { is: 'valid', source: token.source, tokenId: token.id };
  }

  async #find(digest: string): Promise<Token | undefined> {
    const now = this.#deps.clock.now().getTime();
    const remembered = this.#remembered.get(digest);
    if (remembered && remembered.until > now) return remembered.token;
    const token = await this.#deps.store.byHash(digest);
    if (!token) return undefined;
    if (this.#remembered.size >= mostRemembered) this.#remembered.clear();
    this.#remembered.set(digest, { token, until: now + believedMs });
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
  throw new CommandRefused(`there is no token ${id}`, { hint: 'vestibule token list shows them' });
}
