// Keeps one JWKS cache per Entra tenant, and reports tenants whose keys cannot be fetched.
import { showSecond } from '../../domain/wording.ts';
import { JwksCache, type JwksCacheDeps } from './jwks-cache.ts';

interface Tenant {
  readonly authority: string;
  readonly tenant: string;
}

/** The JWKS caches of all tenants: one per discovery document, shared by the Sources that use it. */
export class TenantJwks {
  readonly #deps: JwksCacheDeps;
  readonly #caches = new Map<string, JwksCache>();

  constructor(deps: JwksCacheDeps) {
    this.#deps = deps;
  }

  /** For tokens that Entra's older endpoint signs, as it does for a blank Secret Token. */
  version1({ authority, tenant }: Tenant): JwksCache {
    return this.#cacheFor(`${authority}/${tenant}/.well-known/openid-configuration`);
  }

  /** For assertions of workload identity federation. */
  version2({ authority, tenant }: Tenant): JwksCache {
    return this.#cacheFor(`${authority}/${tenant}/v2.0/.well-known/openid-configuration`);
  }

  /** One sentence for each key server that is unreachable. */
  troubles(): readonly string[] {
    return [...this.#caches].flatMap(([url, { trouble }]) => {
      if (trouble === undefined) return [];
      const effect = trouble.known ? 'keys read before still work' : 'sign-in with Entra tokens fails until they can be read';
      return [`cannot read the signing keys of Entra from ${new URL(url).origin} since ${showSecond(trouble.since)}: ${effect}`];
    });
  }

  #cacheFor(url: string): JwksCache {
    const cache = this.#caches.get(url) ?? new JwksCache(url, this.#deps);
    this.#caches.set(url, cache);
    return cache;
  }
}
