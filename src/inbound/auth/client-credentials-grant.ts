// Implements the OAuth 2.0 client credentials grant: exchanges a client secret or an assertion for an access token.
import { toOwnCommand } from '../../domain/own-command.ts';
import type { Clock } from '../../domain/clock.ts';
import { digestTrust, type AccessTokens, type Grant } from './access-tokens.ts';
import type { ClientAssertions } from './client-assertions.ts';
import { explain } from './bearer-authentication.ts';
import { quoteSome, refuseGuess, refuseHonest, type Caller, type Refused, type Undecided } from './auth-result.ts';
import type { KnownSources } from './known-sources.ts';
import type { Tokens } from '../../identity/tokens.ts';

/** Dependencies of {@link ClientCredentialsGrant}. */
export interface GrantsDeps {
  readonly tokens: Tokens;
  readonly accessTokens: AccessTokens;
  readonly assertions: ClientAssertions;
  readonly knownSources: Pick<KnownSources, 'has'>;
  readonly clock: Clock;
}

/** The credentials of a client at the token endpoint: a secret or an assertion. */
export type Credentials =
  { readonly clientId: string; readonly secret: string } | { readonly clientId: string; readonly assertion: string };

/** An access token with its lifetime in seconds. */
export interface Granted {
  readonly is: 'granted';
  /** The caller to whom the token was issued. */
  readonly caller: Caller;
  readonly accessToken: string;
  readonly expiresInSeconds: number;
}

/** Lifetime of an access token; Microsoft requires 60 minutes to 6 hours (docs/entra-facts.md#client-credentials). */
const lifeMs = 60 * 60_000;

/** Exchanges client credentials for access tokens (RFC 6749 §4.4). The client identifier is the name of the Source. */
export class ClientCredentialsGrant {
  readonly #deps: GrantsDeps;

  constructor(deps: GrantsDeps) {
    this.#deps = deps;
  }

  /** @throws {StoreError} if the store cannot be used. */
  async grant(credentials: Credentials): Promise<Granted | Refused | Undecided> {
    if ('secret' in credentials) return this.#grantForSecret(credentials.clientId, credentials.secret);
    const asserted = await this.#deps.assertions.identify(credentials.assertion, credentials.clientId);
    if (asserted.is !== 'authenticated') return asserted;
    return this.#issue({ source: asserted.source, trust: digestTrust(asserted.trust) }, lifeMs);
  }

  async #grantForSecret(clientId: string, secret: string): Promise<Granted | Refused> {
    const verdict = await this.#deps.tokens.verify(secret);
    if (verdict.is === 'unknown') {
      return refuseGuess(
        'unknownSecret',
        `Unknown client secret. Compare it with the one that ${toOwnCommand('token', 'create')} printed.`,
      );
    }
    if (verdict.is !== 'valid') return refuseHonest(`${verdict.is}Secret`, `The client secret is no longer valid. ${explain(verdict)}`);
    const { id, use, source, expiresAt } = verdict.token;
    if (use !== 'client') {
      return refuseHonest(
        'bearerAsSecret',
        `This is a bearer token, for the Secret Token field of the portal. Create a client secret with ${toOwnCommand('token', 'create', '--oauth')}.`,
      );
    }
    if (clientId !== source) {
      // This text is also logged, so it must not echo an unknown identifier, which could be a mistyped secret.
      const said = (await this.#deps.knownSources.has(clientId)) ? `is ${quoteSome([clientId])}` : 'is not a known source';
      return refuseHonest('clientId', `The client identifier ${said}. The client identifier for this secret is ${quoteSome([source])}.`);
    }
    const leftMs = (expiresAt?.getTime() ?? Number.POSITIVE_INFINITY) - this.#deps.clock.now().getTime();
    return this.#issue({ source, secret: id }, Math.min(lifeMs, leftMs));
  }

  async #issue(grant: Grant, goodForMs: number): Promise<Granted> {
    const accessToken = await this.#deps.accessTokens.issue(grant, new Date(this.#deps.clock.now().getTime() + goodForMs));
    const caller: Caller = { source: grant.source, ...(grant.secret !== undefined && { tokenId: grant.secret }) };
    return { is: 'granted', caller, accessToken, expiresInSeconds: Math.floor(goodForMs / 1000) };
  }
}
