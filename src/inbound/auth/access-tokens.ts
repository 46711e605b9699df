// Issues and verifies the signed access tokens of the OAuth token endpoint.
import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { BoundedMap } from '../../domain/bounded-map.ts';
import type { Clock } from '../../domain/clock.ts';
import type { SourceId } from '../../domain/ids.ts';
import type { FederationTrust } from '../../domain/source.ts';
import type { Notes } from '../../store/identity.ts';

/** Dependencies of {@link AccessTokens}. */
export interface AccessTokensDeps {
  readonly notes: Notes;
  readonly clock: Clock;
  readonly randomBytes: (size: number) => Buffer;
}

/** The credential for which an access token was issued, and with which it stays valid: a client secret (its id) or a trust (its digest). */
export interface Grant {
  readonly source: SourceId;
  readonly secret?: number;
  readonly trust?: string;
}

/** The content of an access token. The caller must check whether its secret or trust is still valid. */
export type AccessTokenStatus =
  { readonly is: 'signed'; readonly grant: Grant } | { readonly is: 'expired'; readonly since: Date } | undefined;

/** The prefix of access tokens, which distinguishes them from bearer tokens without reading the store. */
const prefix = 'vsa_';

/** The name of the stored note that contains the signing key. */
const keyNote = 'accessTokenKey';

/** Max length of an access token; longer strings are not verified. */
const maxCharacters = 512;

/** Max verified tokens in the cache, which avoids a verification per request. Each Source has one or two in use. */
const maxCached = 100;

interface Payload {
  readonly s: SourceId;
  readonly c?: number;
  readonly f?: string;
  /** Expiry time, in seconds since 1970. */
  readonly x: number;
}

/**
 * Issues and verifies the access tokens of the token endpoint: `vsa_`, the payload, and its HMAC-SHA256. Only the signing key is stored, so
 * that tokens stay valid after a restart. The secret or trust of a token is looked up when the token is used.
 */
export class AccessTokens {
  readonly #deps: AccessTokensDeps;
  #key: Buffer | undefined;
  #making: Promise<Buffer> | undefined;
  readonly #cached = new BoundedMap<string, Payload>(maxCached);

  constructor(deps: AccessTokensDeps) {
    this.#deps = deps;
  }

  /** Creates a token that expires at `expiresAt`. The first call ever writes the signing key to the store. */
  async issue({ source, secret, trust }: Grant, expiresAt: Date): Promise<string> {
    const payload: Payload = {
      s: source,
      ...(secret !== undefined && { c: secret }),
      ...(trust !== undefined && { f: trust }),
      x: Math.floor(expiresAt.getTime() / 1000),
    };
    const text = prefix + Buffer.from(JSON.stringify(payload)).toString('base64url');
    return `${text}.${sign(text, this.#key ?? (await this.#needKey())).toString('base64url')}`;
  }

  /** The content of a token; `undefined` if this installation did not issue it. */
  async verify(text: string): Promise<AccessTokenStatus> {
    const payload = this.#cached.get(text) ?? (await this.#read(text));
    if (payload === undefined) return undefined;
    const { s, c, f, x } = payload;
    const ends = new Date(x * 1000);
    if (ends <= this.#deps.clock.now()) return { is: 'expired', since: ends };
    return { is: 'signed', grant: { source: s, ...(c !== undefined && { secret: c }), ...(f !== undefined && { trust: f }) } };
  }

  /** The payload, if it was signed with the stored key. */
  async #read(text: string): Promise<Payload | undefined> {
    const [said = '', signature = '', ...rest] = text.split('.');
    if (text.length > maxCharacters || rest.length > 0) return undefined;
    const key = await this.#findKey();
    if (key === undefined) return undefined;
    const given = Buffer.from(signature, 'base64url');
    const right = sign(said, key);
    if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
    // The signature proves that this class wrote the payload, so its structure is not checked.
    const payload = JSON.parse(Buffer.from(said.slice(prefix.length), 'base64url').toString('utf8')) as Payload;
    this.#cached.set(text, payload);
    return payload;
  }

  /** Reads the signing key without creating it: a client with an invalid token must not cause a write. */
  async #findKey(): Promise<Buffer | undefined> {
    if (this.#key !== undefined) return this.#key;
    const kept = await this.#deps.notes.get(keyNote);
    if (kept !== undefined) this.#key = Buffer.from(kept, 'base64url');
    return this.#key;
  }

  /** Returns the signing key and creates it if it does not exist; parallel calls create one key. */
  #needKey(): Promise<Buffer> {
    const make = async () => {
      const made = await this.#findKey();
      if (made !== undefined) return made;
      const key = this.#deps.randomBytes(32);
      await this.#deps.notes.set(keyNote, key.toString('base64url'));
      this.#key = key;
      return key;
    };
    this.#making ??= make().finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }
}

/** True if a text has the form of an access token. */
export function looksLikeAccessToken(text: string): boolean {
  return text.startsWith(prefix);
}

/** A digest of the trust for which an access token was issued: a change of tenant, subject or audience invalidates the token. */
export function digestTrust({ authority, tenant, subject, audience }: FederationTrust): string {
  return hash('sha256', JSON.stringify([authority, tenant, subject, audience]), 'base64url').slice(0, 22);
}

function sign(text: string, key: Buffer): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
