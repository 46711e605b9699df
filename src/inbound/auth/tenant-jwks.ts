// Keeps one JWKS cache per Entra tenant, and reports tenants whose keys cannot be fetched.
import { showSecond } from '../../domain/wording.ts';
import { JwksCache, type JwksCacheDeps } from './jwks-cache.ts';

interface Tenant {
  readonly authority: string;
  readonly tenant: string;
}

/** The JWKS caches of all tenants: one cache per discovery document, shared by the Sources that use it. */
export class TenantJwks {
  readonly #deps: JwksCacheDeps;
  readonly #caches = new Map<string, JwksCache>();

  constructor(deps: JwksCacheDeps) {
    this.#deps = deps;
  }

  /** The keys of Entra's version 1 endpoint, which signs the tokens for an empty Secret Token. */
  version1({ authority, tenant }: Tenant): JwksCache {
    return this.#cacheFor(`${authority}/${tenant}/.well-known/openid-configuration`);
  }

  /** The keys for assertions of workload identity federation. */
  version2({ authority, tenant }: Tenant): JwksCache {
    return this.#cacheFor(`${authority}/${tenant}/v2.0/.well-known/openid-configuration`);
  }

  /** One sentence per unreachable key server. */
  troubles(): readonly string[] {
    return [...this.#caches].flatMap(([url, { trouble }]) => {
      if (trouble === undefined) return [];
      const effect = trouble.known ? 'previously read keys still work' : 'sign-in with Entra tokens fails until the keys can be read';
      return [`no access to the signing keys of Entra at ${new URL(url).origin} since ${showSecond(trouble.since)}: ${effect}`];
    });
  }

  #cacheFor(url: string): JwksCache {
    const cache = this.#caches.get(url) ?? new JwksCache(url, this.#deps);
    this.#caches.set(url, cache);
    return cache;
  }
}
