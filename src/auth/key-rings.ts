import { KeyRing, type KeyRingDeps } from './key-ring.ts';

interface Tenant {
  readonly authority: string;
  readonly tenant: string;
}

/** The key rings of all tenants, one for each discovery document, however many Sources use it. */
export class KeyRings {
  readonly #deps: KeyRingDeps;
  readonly #rings = new Map<string, KeyRing>();

  constructor(deps: KeyRingDeps) {
    this.#deps = deps;
  }

  /** For tokens that Entra's older endpoint signs, as it does for a blank Secret Token. */
  version1({ authority, tenant }: Tenant): KeyRing {
    return this.#ring(`${authority}/${tenant}/.well-known/openid-configuration`);
  }

  /** For assertions of workload identity federation. */
  version2({ authority, tenant }: Tenant): KeyRing {
    return this.#ring(`${authority}/${tenant}/v2.0/.well-known/openid-configuration`);
  }

  #ring(url: string): KeyRing {
    const ring = this.#rings.get(url) ?? new KeyRing(url, this.#deps);
    this.#rings.set(url, ring);
    return ring;
  }
}
