// Verifies the JWT assertions that Entra sends instead of a client secret (workload identity federation).
import type { Clock } from '../../domain/clock.ts';
import type { SourceId } from '../../domain/ids.ts';
import type { FederationTrust } from '../../domain/source.ts';
import { quoteSome, refuseGuess, refuseHonest, type Refused, type Undecided } from './auth-result.ts';
import { isRefused, looksLikeJwt, readClaims, verifySignature, type Claims } from './jwt.ts';
import type { TenantJwks } from './tenant-jwks.ts';
import type { KnownSources } from './known-sources.ts';

/** Dependencies of {@link ClientAssertions}. */
export interface AssertionsDeps {
  /** The Sources that accept assertions; no two with the same tenant, subject and audience. */
  readonly trusts: ReadonlyMap<SourceId, FederationTrust>;
  readonly knownSources: Pick<KnownSources, 'has'>;
  readonly tenantJwks: TenantJwks;
  readonly clock: Clock;
}

/** A Source whose application was authenticated by an assertion. */
export interface Asserted {
  readonly is: 'authenticated';
  readonly source: SourceId;
  readonly trust: FederationTrust;
}

/**
 * Client assertions of workload identity federation (RFC 7523 §2.2): JWTs from Entra that replace the client secret at the token
 * endpoint. See docs/entra-facts.md#workload-identity-federation.
 */
export class ClientAssertions {
  readonly #deps: AssertionsDeps;

  constructor(deps: AssertionsDeps) {
    this.#deps = deps;
  }

  /**
   * Identifies the Source of an assertion by its claims. `clientId` must be the name of that Source or a name that no Source has, because
   * Entra may send another identifier.
   * @throws {StoreError} if the store is not readable.
   */
  async identify(text: string, clientId: string): Promise<Asserted | Refused | Undecided> {
    if (!looksLikeJwt(text)) return refuseGuess('malformed', 'The client_assertion is not a JWT.');
    const claimed = readClaims(text);
    if (isRefused(claimed)) return claimed;
    const found = this.#findTrust(claimed, clientId);
    if ('cause' in found) return found;
    const { tenantJwks, clock } = this.#deps;
    const keys = tenantJwks.version2(found.trust);
    const claims = await verifySignature(text, keys, clock.now());
    if (isRefused(claims)) return claims;
    const { authority, tenant } = found.trust;
    const issuers = [`${authority}/${tenant}/v2.0`, keys.issuer];
    if (!issuers.includes(claims.issuer)) {
      return refuseHonest(
        'issuer',
        `The assertion was issued by ${quoteSome([claims.issuer])}. Expected: ${quoteSome(issuers.slice(0, 1))}.`,
      );
    }
    return (await this.#namesAnother(found.source, clientId)) ?? found;
  }

  /** Refuses the identifier of another Source: like a client secret, an assertion is valid only for its own Source. */
  async #namesAnother(source: SourceId, clientId: string): Promise<Refused | undefined> {
    if (clientId === source || clientId === '' || !(await this.#deps.knownSources.has(clientId))) return undefined;
    return refuseHonest(
      'clientId',
      `The client identifier is ${quoteSome([clientId])}. For this assertion use ${quoteSome([source])}, or any text that is not a source name.`,
    );
  }

  /** The Source that accepts these claims, which are not yet verified. */
  #findTrust(claims: Claims, clientId: string): Asserted | Refused {
    const { trusts } = this.#deps;
    if (trusts.size === 0) {
      return refuseGuess('noFederation', 'No source accepts assertions. Set sources.NAME.federation in vestibule.yaml.');
    }
    const all = [...trusts];
    const found = all.find(([, trust]) => checks.every(({ fits }) => fits(claims, trust)));
    if (found !== undefined) return { is: 'authenticated', source: found[0], trust: found[1] };
    const named = trusts.get(clientId);
    return explainMisfit(claims, named === undefined ? all : [[clientId, named]], all);
  }
}

type Candidate = readonly [SourceId, FederationTrust];

interface Check {
  readonly key: 'tenant' | 'audience' | 'subject';
  readonly what: string;
  readonly received: (claims: Claims) => readonly (string | undefined)[];
  readonly fits: (claims: Claims, trust: FederationTrust) => boolean;
}

const checks: readonly Check[] = [
  {
    key: 'tenant',
    what: 'comes from tenant',
    received: ({ tenant }) => [tenant],
    fits: (claims, { tenant }) => tenant === claims.tenant,
  },
  {
    key: 'audience',
    what: 'is for audience',
    received: ({ audiences }) => audiences,
    fits: ({ audiences }, { audience }) => audiences.some((one) => one !== '' && isSameAudience(one, audience)),
  },
  {
    key: 'subject',
    what: 'has the subject',
    received: ({ subject }) => [subject],
    fits: (claims, { subject }) => subject === claims.subject.toLowerCase(),
  },
];

/** Explains the first difference: the received value for the client, and the expected value for the log if only one Source is possible. */
function explainMisfit(claims: Claims, candidates: readonly Candidate[], all: readonly Candidate[]): Refused {
  let [left, others] = [candidates, all];
  for (const { key, what, received, fits } of checks) {
    const isFitting = ([, trust]: Candidate) => fits(claims, trust);
    const next = left.filter(isFitting);
    others = others.filter(isFitting);
    if (next.length > 0) {
      left = next;
      continue;
    }
    const [only] = left;
    const expected =
      only === undefined || left.length > 1 || others.length > 0
        ? 'not expected by any matching source; check that the client identifier is the name of the intended source'
        : quoteSome([only[1][key]]);
    return refuseGuess(
      key,
      `The assertion ${what} ${quoteSome(received(claims))}, which is not accepted. See the Vestibule log for details.`,
      expected,
    );
  }
  throw new Error('Internal error: no mismatch found in a rejected assertion');
}

/** Compares audiences, ignoring a trailing `/.default` (docs/entra-facts.md#workload-identity-federation). */
function isSameAudience(one: string, other: string): boolean {
  const bare = (audience: string) => (audience.endsWith('/.default') ? audience.slice(0, -'/.default'.length) : audience);
  return bare(one) === bare(other);
}
