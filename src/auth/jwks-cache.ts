// Fetches and caches the public signing keys (JWKS) of one identity provider.
import { createLocalJWKSet, errors, type CryptoKey, type JSONWebKeySet, type JWTHeaderParameters } from 'jose';
import type { Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import type { Logger } from '../domain/logger.ts';
import { fetchJson } from './fetch-json.ts';

/** Dependencies of a {@link JwksCache}. */
export interface KeyRingDeps {
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

/** Shortest RSA key that a signature is believed of (RFC 7518 §3.3). */
const minKeyBits = 2_048;

type KeySet = ReturnType<typeof createLocalJWKSet>;

/** Keys that are older are asked for again, beside the request: a withdrawn key must not be trusted permanently. */
const freshMs = 24 * 3_600_000;

/** A token with an unknown key causes a new fetch at most this often, whatever the number of such tokens. */
const lookAgainMs = 60_000;

/** After a failure the key server is left alone for this long. */
const leaveAloneMs = 10_000;

/**
 * The public keys of one tenant, found by its discovery document, kept, and looked up again when a token names one that is new. Keys
 * that are known go on working while the key server does not. However many ask at once, they share one fetch.
 */
export class JwksCache {
  readonly #discoveryUrl: string;
  readonly #deps: KeyRingDeps;
  #keys: { readonly set: KeySet; readonly issuer: string | undefined; readonly at: number } | undefined;
  #failure: { readonly since: number; readonly at: number; readonly error: unknown } | undefined;
  #fetching: Promise<void> | undefined;

  /** `discoveryUrl`: address of an OpenID configuration. Nothing is fetched before the first {@link find}. */
  constructor(discoveryUrl: string, deps: KeyRingDeps) {
    this.#discoveryUrl = discoveryUrl;
    this.#deps = deps;
  }

  /** What the discovery document calls the issuer; known once a key was found. */
  get issuer(): string | undefined {
    return this.#keys?.issuer;
  }

  /** Since when the key server could not be asked, and whether keys are known all the same; missing while all is well. */
  get trouble(): { readonly since: Date; readonly known: boolean } | undefined {
    if (this.#failure === undefined) return undefined;
    return { since: new Date(this.#failure.since), known: this.#keys !== undefined };
  }

  /**
   * The key that a token's header names.
   * @throws {KeysUnavailable} when it may be there, but the key server cannot be asked; {KeyUnknown} when it is not there; {KeyTooShort}.
   */
  async find(header: JWTHeaderParameters): Promise<CryptoKey> {
    if (this.#keys === undefined) await this.#fetch();
    else if (this.#ageMs(this.#keys.at) > freshMs) this.#fetch().catch(() => undefined);
    const key = await this.#pick(header);
    if (key !== undefined) return key;
    if (this.#keys !== undefined && this.#ageMs(this.#keys.at) < lookAgainMs) throw new KeyUnknown();
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
      // Several: Entra's tokens always name their key.
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
    if (this.#failure !== undefined && this.#ageMs(this.#failure.at) < leaveAloneMs) throw this.#unavailable(this.#failure.error);
    try {
      const { issuer, jwksUri } = parseDiscovery(await fetchJson(this.#discoveryUrl, clock), this.#discoveryUrl);
      const set = createLocalJWKSet((await fetchJson(jwksUri, clock)) as JSONWebKeySet);
      this.#keys = { set, issuer, at: clock.now().getTime() };
      this.#failure = undefined;
      log.info({ keys: set.jwks().keys.length, from: jwksUri }, 'Entra signing keys read');
    } catch (error) {
      // One line per outage. Clients that are refused because of it have log lines of their own.
      if (this.#failure === undefined)
        log.warn({ reason: messageOf(error), known: this.#keys !== undefined }, 'cannot read the signing keys of Entra');
      const at = clock.now().getTime();
      this.#failure = { since: this.#failure?.since ?? at, at, error };
      throw this.#unavailable(error);
    }
  }

  #unavailable(cause: unknown): KeysUnavailable {
    return new KeysUnavailable('cannot read the signing keys of Entra', leaveAloneMs / 1000, { cause });
  }

  /** A clock that was set back makes everything old. */
  #ageMs(at: number): number {
    const age = this.#deps.clock.now().getTime() - at;
    return age < 0 ? Number.POSITIVE_INFINITY : age;
  }
}

function assertLongEnough({ algorithm }: CryptoKey): void {
  const bits = 'modulusLength' in algorithm ? Number(algorithm.modulusLength) : minKeyBits;
  if (bits < minKeyBits) throw new KeyTooShort(bits);
}

/** What matters of an OpenID configuration. Keys come encrypted when it did. */
function parseDiscovery(document: unknown, url: string): { readonly issuer: string | undefined; readonly jwksUri: string } {
  const { issuer, jwks_uri: jwksUri } = Object(document) as { readonly issuer?: unknown; readonly jwks_uri?: unknown };
  if (typeof jwksUri !== 'string' || !URL.canParse(jwksUri) || (url.startsWith('https:') && !jwksUri.startsWith('https:'))) {
    throw new Error(`${url}: no valid jwks_uri`);
  }
  return { issuer: typeof issuer === 'string' ? issuer : undefined, jwksUri };
}
