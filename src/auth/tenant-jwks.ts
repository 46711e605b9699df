// Keeps one JWKS cache per Entra tenant, and reports tenants whose keys cannot be fetched.
import { showSecond } from '../domain/wording.ts';
import { JwksCache, type KeyRingDeps } from './jwks-cache.ts';

interface Tenant {
  readonly authority: string;
  readonly tenant: string;
}

/** The JWKS caches of all tenants: one per discovery document, shared by the Sources that use it. */
export class TenantJwks {
  readonly #deps: KeyRingDeps;
  readonly #rings = new Map<string, JwksCache>();

  constructor(deps: KeyRingDeps) {
    this.#deps = deps;
  }

  /** For tokens that Entra's older endpoint signs, as it does for a blank Secret Token. */
  version1({ authority, tenant }: Tenant): JwksCache {
    return this.#ring(`${authority}/${tenant}/.well-known/openid-configuration`);
  }

  /** For assertions of workload identity federation. */
  version2({ authority, tenant }: Tenant): JwksCache {
    return this.#ring(`${authority}/${tenant}/v2.0/.well-known/openid-configuration`);
  }

  /** A sentence for each key server that cannot be asked; empty while all is well, and before any was needed. */
  troubles(): readonly string[] {
    return [...this.#rings].flatMap(([url, { trouble }]) => {
      if (trouble === undefined) return [];
      const effect = trouble.known ? 'keys read before still work' : 'sign-in with Entra tokens fails until they can be read';
      return [`cannot read the signing keys of Entra from ${new URL(url).origin} since ${showSecond(trouble.since)}: ${effect}`];
    });
  }

  #ring(url: string): JwksCache {
    const ring = this.#rings.get(url) ?? new JwksCache(url, this.#deps);
    this.#rings.set(url, ring);
    return ring;
  }
}
