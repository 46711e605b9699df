// Authenticates the bearer token of a request, of any supported kind.
import { toOwnCommand } from '../../domain/own-command.ts';
import type { SourceId } from '../../domain/ids.ts';
import type { FederationTrust } from '../../domain/source.ts';
import { showSecond } from '../../domain/wording.ts';
import { digestTrust, looksLikeAccessToken, type AccessTokens, type Grant } from './access-tokens.ts';
import type { EntraTokens } from './entra-tokens.ts';
import { refuseGuess, refuseHonest, type AuthResult } from './auth-result.ts';
import { looksLikeJwt } from './jwt.ts';
import type { Tokens, TokenStatus } from '../../identity/tokens.ts';

/** Dependencies of {@link BearerAuthentication}. */
export interface CallersDeps {
  readonly tokens: Tokens;
  readonly accessTokens: AccessTokens;
  readonly entraTokens: EntraTokens;
  /** The Sources that accept assertions, by the current configuration. */
  readonly federations: ReadonlyMap<SourceId, FederationTrust>;
}

/**
 * Identifies the caller of a request by its bearer token (RFC 6750): a bearer token of a Source, an access token, or a JWT from Entra. The
 * token determines the Source.
 */
export class BearerAuthentication {
  readonly #deps: CallersDeps;

  constructor(deps: CallersDeps) {
    this.#deps = deps;
  }

  /** `text` is the text after the word Bearer. @throws {StoreError} if the store is not readable. */
  async identify(text: string): Promise<AuthResult> {
    if (looksLikeAccessToken(text)) return this.#identifyAccess(text);
    if (looksLikeJwt(text)) return this.#deps.entraTokens.identify(text);
    return checkToken(await this.#deps.tokens.verify(text));
  }

  async #identifyAccess(text: string): Promise<AuthResult> {
    const verdict = await this.#deps.accessTokens.verify(text);
    if (verdict === undefined)
      return refuseGuess('access', 'This server did not issue the access token. Request one from the token endpoint.');
    if (verdict.is === 'expired') {
      return refuseHonest(
        'accessExpired',
        `The access token expired at ${showSecond(verdict.since)}. Request a new one from the token endpoint.`,
      );
    }
    return this.#checkGrant(verdict.grant);
  }

  /** An access token is valid only as long as the secret or trust for which it was issued. */
  async #checkGrant({ source, secret, trust }: Grant): Promise<AuthResult> {
    if (secret === undefined) {
      const now = this.#deps.federations.get(source);
      if (now !== undefined && digestTrust(now) === trust) return { is: 'authenticated', caller: { source } };
      return refuseHonest('federationGone', `Source ${source} no longer trusts the application that requested this access token.`);
    }
    const verdict = await this.#deps.tokens.verifyId(secret);
    if (verdict.is === 'valid') return { is: 'authenticated', caller: { source: verdict.token.source, tokenId: verdict.token.id } };
    return refuseHonest('accessRevoked', `The client secret of this access token is no longer valid. ${explain(verdict)}`);
  }
}

function checkToken(verdict: TokenStatus): AuthResult {
  if (verdict.is === 'valid') {
    const { id, use, source } = verdict.token;
    if (use === 'bearer') return { is: 'authenticated', caller: { source, tokenId: id } };
    return refuseHonest(
      'clientSecret',
      'This is a client secret. Enter it in the Client Secret field of the portal, together with the client identifier and the token endpoint.',
    );
  }
  if (verdict.is === 'unknown') {
    return refuseGuess('unknown', `Unknown token. Compare it with the one that ${toOwnCommand('token', 'create')} printed.`);
  }
  return refuseHonest(verdict.is, explain(verdict));
}

/** Explains why a token is invalid, and how to fix it. */
export function explain(verdict: Exclude<TokenStatus, { is: 'valid' }>): string {
  switch (verdict.is) {
    case 'unknown':
      return 'It does not exist.';
    case 'expired':
      return `Token ${verdict.token.id} expired at ${showSecond(verdict.since)}. Create a new one, or extend it with ${toOwnCommand('token', 'extend')}.`;
    case 'revoked':
      return `Token ${verdict.token.id} was revoked at ${showSecond(verdict.since)}. Create a new one with ${toOwnCommand('token', 'create')}.`;
  }
}
