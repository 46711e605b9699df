// Verifies the tokens that Entra issues if the Secret Token in the portal is empty.
import { hash } from 'node:crypto';
import { BoundedMap } from '../../domain/bounded-map.ts';
import type { Clock } from '../../domain/clock.ts';
import type { SourceId } from '../../domain/ids.ts';
import type { EntraTrust } from '../../domain/source.ts';
import { quoteSome, refuseGuess, refuseHonest, type Caller, type AuthResult, type Refused } from './auth-result.ts';
import { isRefused, readClaims, verifySignature, type Claims } from './jwt.ts';
import type { TenantJwks } from './tenant-jwks.ts';

/** Dependencies of {@link EntraTokens}. */
export interface EntraTokensDeps {
  /** The Sources that accept such tokens; no two with the same tenant and audience. */
  readonly trusts: ReadonlyMap<SourceId, EntraTrust>;
  readonly tenantJwks: TenantJwks;
  readonly clock: Clock;
}

interface Trusting {
  readonly source: SourceId;
  readonly trust: EntraTrust;
}

/** How long a verified token is cached. After a key is revoked, its cached tokens stay valid for up to this time. */
const cacheMs = 5 * 60_000;

/** Max cached tokens; Entra sends the same token for an hour. */
const maxCached = 100;

/**
 * Verifies the JWTs that Entra issues if the Secret Token in the portal is empty (docs/entra-facts.md#tokens-issued-by-entra). Signature
 * and audience alone would admit every tenant, so tenant, issuer and application are also checked.
 */
export class EntraTokens {
  readonly #deps: EntraTokensDeps;
  readonly #cached = new BoundedMap<string, { readonly caller: Caller; readonly until: number }>(maxCached);

  constructor(deps: EntraTokensDeps) {
    this.#deps = deps;
  }

  /** Identifies the caller of a token. Verifies the signature of the same token once in five minutes. */
  async identify(text: string): Promise<AuthResult> {
    const now = this.#deps.clock.now();
    const digest = hash('sha256', text);
    const remembered = this.#cached.get(digest);
    if (remembered !== undefined && remembered.until > now.getTime()) return { is: 'authenticated', caller: remembered.caller };
    const claims = readClaims(text);
    if (isRefused(claims)) return claims;
    const trusting = this.#findTrust(claims);
    if ('is' in trusting) return trusting;
    return this.#verify(text, digest, trusting, now);
  }

  async #verify(text: string, digest: string, { source, trust }: Trusting, now: Date): Promise<AuthResult> {
    const keys = this.#deps.tenantJwks.version1(trust);
    const claims = await verifySignature(text, keys, now);
    if (isRefused(claims)) return claims;
    const issuers = [`https://sts.windows.net/${trust.tenant}/`, `${trust.authority}/${trust.tenant}/v2.0`, keys.issuer];
    if (!issuers.includes(claims.issuer)) {
      return refuseHonest('issuer', `The token was issued by ${quoteSome([claims.issuer])}. Expected: ${quoteSome(issuers.slice(0, 1))}.`);
    }
    if (!trust.apps.includes(claims.app)) {
      return refuseHonest('app', `The token belongs to the application ${quoteSome([claims.app])}. Expected: ${quoteSome(trust.apps)}.`);
    }
    const caller: Caller = { source };
    this.#remember(digest, caller, Math.min(now.getTime() + cacheMs, claims.expiresAt.getTime()));
    return { is: 'authenticated', caller };
  }

  /** The Source that accepts these claims, which are not yet verified. */
  #findTrust(claims: Claims): Trusting | Refused {
    const all = [...this.#deps.trusts].map(([source, trust]): Trusting => ({ source, trust }));
    if (all.length === 0) {
      return refuseGuess(
        'noEntra',
        'Entra issued this token, but no source accepts such tokens. Enter a Secret Token in the portal, or set sources.NAME.entra.tenant in vestibule.yaml.',
      );
    }
    const ofTenant = all.filter(({ trust }) => trust.tenant === claims.tenant);
    if (ofTenant.length === 0) {
      const expected = expects(all.map(({ trust }) => [trust.tenant]));
      return refuseGuess(
        'tenant',
        `The token comes from tenant ${quoteSome([claims.tenant])} (issuer ${quoteSome([claims.issuer])}), which is not accepted. See the Vestibule log for details.`,
        expected,
      );
    }
    const found = ofTenant.find(({ trust }) => claims.audiences.some((audience) => trust.audiences.includes(audience)));
    if (found !== undefined) return found;
    const expected = expects(ofTenant.map(({ trust }) => trust.audiences));
    return refuseGuess(
      'audience',
      `The token is for audience ${quoteSome(claims.audiences)}, which is not accepted. See the Vestibule log for details.`,
      expected,
    );
  }

  #remember(digest: string, caller: Caller, until: number): void {
    this.#cached.set(digest, { caller, until });
  }
}

/** The expected value, if only one Source is possible; for the log. */
function expects(ofEach: readonly (readonly string[])[]): string {
  const [only = []] = ofEach;
  return ofEach.length > 1 ? 'not expected by any matching source' : quoteSome(only);
}
