import type { Clock } from '../domain/clock.ts';
import type { SourceId } from '../domain/ids.ts';
import type { FederationTrust } from '../domain/source.ts';
import { quoteSome, refuseGuess, refuseHonest, type Refused, type Undecided } from './identity.ts';
import { isRefused, looksLikeJwt, readClaims, verifySignature, type Claims } from './jwt.ts';
import type { KeyRings } from './key-rings.ts';

/** What {@link Assertions} works with. */
export interface AssertionsDeps {
  /** The Sources that take assertions; no two with the same tenant, subject and audience. */
  readonly trusts: ReadonlyMap<SourceId, FederationTrust>;
  readonly keyRings: KeyRings;
  readonly clock: Clock;
}

/** A Source whose application proved who it is. */
export interface Asserted {
  readonly is: 'known';
  readonly source: SourceId;
  readonly trust: FederationTrust;
}

/**
 * Client assertions of workload identity federation (RFC 7523 §2.2, fact sheet §1.3 d): JWTs of Entra that take the place of a client
 * secret at the token endpoint.
 */
export class Assertions {
  readonly #deps: AssertionsDeps;

  constructor(deps: AssertionsDeps) {
    this.#deps = deps;
  }

  /** Whose assertion this is. `clientId` narrows it down when it is the name of a Source; Entra may send another one. */
  async identify(text: string, clientId: string): Promise<Asserted | Refused | Undecided> {
    if (!looksLikeJwt(text)) return refuseGuess('malformed', 'the client_assertion is no JWT');
    const claimed = readClaims(text);
    if (isRefused(claimed)) return claimed;
    const found = this.#findTrust(claimed, clientId);
    if ('cause' in found) return found;
    const { keyRings, clock } = this.#deps;
    const keys = keyRings.version2(found.trust);
    const claims = await verifySignature(text, keys, clock.now());
    if (isRefused(claims)) return claims;
    const { authority, tenant } = found.trust;
    const issuers = [`${authority}/${tenant}/v2.0`, keys.issuer];
    if (issuers.includes(claims.issuer)) return found;
    return refuseHonest(
      'issuer',
      `the assertion was issued by ${quoteSome([claims.issuer])}; expected is ${quoteSome(issuers.slice(0, 1))}`,
    );
  }

  /** The one Source that takes what these claims say; nothing is proven yet. */
  #findTrust(claims: Claims, clientId: string): Asserted | Refused {
    const { trusts } = this.#deps;
    if (trusts.size === 0) {
      return refuseGuess('noFederation', 'no source here takes assertions: say sources.NAME.federation in vestibule.yaml');
    }
    const named = trusts.get(clientId);
    const all = [...(named === undefined ? trusts : [[clientId, named] as const])];
    const ofTenant = all.filter(([, { tenant }]) => tenant === claims.tenant);
    if (ofTenant.length === 0) return differs('comes from tenant', [claims.tenant], all, 'tenant');
    const ofAudience = ofTenant.filter(([, { audience }]) => claims.audiences.some((one) => isSameAudience(one, audience)));
    if (ofAudience.length === 0) return differs('is meant for audience', claims.audiences, ofTenant, 'audience');
    const [found] = ofAudience.filter(([, { subject }]) => subject === claims.subject.toLowerCase());
    if (found === undefined) return differs('speaks for subject', [claims.subject], ofAudience, 'subject');
    const [source, trust] = found;
    return { is: 'known', source, trust };
  }
}

function differs(
  what: string,
  received: readonly string[],
  candidates: readonly (readonly [SourceId, FederationTrust])[],
  key: 'tenant' | 'audience' | 'subject',
): Refused {
  const expected = [...new Set(candidates.map(([, trust]) => trust[key]))];
  return refuseGuess(key, `the assertion ${what} ${quoteSome(received)}; expected is ${quoteSome(expected)}`);
}

/** One page of Microsoft's shows `/.default` at the end of the audience, another does not. */
function isSameAudience(one: string, other: string): boolean {
  const bare = (audience: string) => (audience.endsWith('/.default') ? audience.slice(0, -'/.default'.length) : audience);
  return bare(one) === bare(other);
}
