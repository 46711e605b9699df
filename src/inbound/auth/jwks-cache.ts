// Fetches and caches the public signing keys (JWKS) of an Entra tenant.
import { createLocalJWKSet, errors, type CryptoKey, type JSONWebKeySet, type JWTHeaderParameters } from 'jose';
import type { Clock } from '../../domain/clock.ts';
import { messageOf } from '../../domain/errors.ts';
import type { Logger } from '../../domain/logger.ts';
import { fetchJson } from './fetch-json.ts';

/** Dependencies of a {@link JwksCache}. */
export interface JwksCacheDeps {
  readonly clock: Clock;
  readonly log: Logger;
}

/** The keys cannot be fetched, so no signature can be verified. */
export class KeysUnavailable extends Error {
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds: number, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** No published key has this id. */
export class KeyUnknown extends Error {
  constructor() {
    super('Unknown signing key');
    this.name = new.target.name;
  }
}

/** The published key is too short to be secure. */
export class KeyTooShort extends Error {
  constructor(bits: number) {
    super(`The RSA signing key is too short (${bits} bits, min ${minKeyBits.toLocaleString('en')})`);
    this.name = new.target.name;
  }
}

/** Minimum RSA key size in bits (RFC 7518 §3.3). */
const minKeyBits = 2_048;

type KeySet = ReturnType<typeof createLocalJWKSet>;

/** Older keys are fetched again in the background, because a revoked key must not be trusted permanently. */
const freshMs = 24 * 3_600_000;

/** Min interval between fetches for tokens with unknown keys. */
const refetchIntervalMs = 60_000;

/** Min time between a failed fetch and the next. */
const failureBackoffMs = 10_000;

/**
 * The cached public keys of one tenant. Finds their URL in the tenant's discovery document, and fetches them again if a token names an
 * unknown key. Uses cached keys while the key server is unreachable. Concurrent callers share one fetch.
 */
export class JwksCache {
  readonly #discoveryUrl: string;
  readonly #deps: JwksCacheDeps;
  #keys: { readonly set: KeySet; readonly issuer: string | undefined; readonly at: number } | undefined;
  #failure: { readonly since: number; readonly at: number; readonly error: unknown } | undefined;
  #fetching: Promise<void> | undefined;

  /** `discoveryUrl`: URL of an OpenID configuration. Nothing is fetched before the first {@link find}. */
  constructor(discoveryUrl: string, deps: JwksCacheDeps) {
    this.#discoveryUrl = discoveryUrl;
    this.#deps = deps;
  }

  /** The issuer in the discovery document; `undefined` before the first successful fetch. */
  get issuer(): string | undefined {
    return this.#keys?.issuer;
  }

  /**
   * Since when the key server is unreachable, and whether keys are cached. `undefined` before the first fetch and after a successful one.
   */
  get trouble(): { readonly since: Date; readonly known: boolean } | undefined {
    if (this.#failure === undefined) return undefined;
    return { since: new Date(this.#failure.since), known: this.#keys !== undefined };
  }

  /**
   * The key named in the header of a token.
   * @throws {KeysUnavailable} if the key server is unreachable and the key is not cached; {KeyUnknown} if the key does not exist;
   * {KeyTooShort}.
   */
  async find(header: JWTHeaderParameters): Promise<CryptoKey> {
    if (this.#keys === undefined) await this.#fetch();
    else if (this.#ageMs(this.#keys.at) > freshMs) this.#fetch().catch(() => undefined);
    const key = await this.#pick(header);
    if (key !== undefined) return key;
    if (this.#keys !== undefined && this.#ageMs(this.#keys.at) < refetchIntervalMs) throw new KeyUnknown();
    await this.#fetch();
    const young = await this.#pick(header);
    if (young === undefined) throw new KeyUnknown();
    return young;
  }

  async #pick(header: JWTHeaderParameters): Promise<CryptoKey | undefined> {
    try {
      const key = await this.#keys?.set(header);
      if (key !== undefined) assertLongEnough(key);
      return key;
    } catch (error) {
      // Several keys match only a token without a key id, and Entra's tokens always have one.
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) return undefined;
      throw error;
    }
  }

  #fetch(): Promise<void> {
    this.#fetching ??= this.#fetchNow().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #fetchNow(): Promise<void> {
    const { clock, log } = this.#deps;
    if (this.#failure !== undefined && this.#ageMs(this.#failure.at) < failureBackoffMs) throw this.#unavailable(this.#failure.error);
    try {
      const { issuer, jwksUri } = parseDiscovery(await fetchJson(this.#discoveryUrl, clock), this.#discoveryUrl);
      const set = createLocalJWKSet((await fetchJson(jwksUri, clock)) as JSONWebKeySet);
      this.#keys = { set, issuer, at: clock.now().getTime() };
      this.#failure = undefined;
      log.info({ keys: set.jwks().keys.length, from: jwksUri }, 'Entra signing keys read');
    } catch (error) {
      // One line per outage. Each refused client gets a separate log line.
      if (this.#failure === undefined)
        log.warn({ reason: messageOf(error), known: this.#keys !== undefined }, 'cannot read the signing keys of Entra');
      const at = clock.now().getTime();
      this.#failure = { since: this.#failure?.since ?? at, at, error };
      throw this.#unavailable(error);
    }
  }

  #unavailable(cause: unknown): KeysUnavailable {
    return new KeysUnavailable('cannot read the signing keys of Entra', failureBackoffMs / 1000, { cause });
  }

  /** The age of a time in milliseconds; Infinity if the clock was set back. */
  #ageMs(at: number): number {
    const age = this.#deps.clock.now().getTime() - at;
    return age < 0 ? Number.POSITIVE_INFINITY : age;
  }
}

function assertLongEnough({ algorithm }: CryptoKey): void {
  const bits = 'modulusLength' in algorithm ? Number(algorithm.modulusLength) : minKeyBits;
  if (bits < minKeyBits) throw new KeyTooShort(bits);
}

/** Reads issuer and jwks_uri. If the discovery URL is https, jwks_uri must also be https. */
function parseDiscovery(document: unknown, url: string): { readonly issuer: string | undefined; readonly jwksUri: string } {
  const { issuer, jwks_uri: jwksUri } = Object(document) as { readonly issuer?: unknown; readonly jwks_uri?: unknown };
  if (typeof jwksUri !== 'string' || !URL.canParse(jwksUri) || (url.startsWith('https:') && !jwksUri.startsWith('https:'))) {
    throw new Error(`${url}: no valid jwks_uri`);
  }
  return { issuer: typeof issuer === 'string' ? issuer : undefined, jwksUri };
}
