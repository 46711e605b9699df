// Types of a Source, its tokens, its trust settings and its contact times.
import type { SourceId } from './ids.ts';

/**
 * The current contact with a Source: `since` when it has been sending requests without a pause longer than `silent`, and the time of its
 * last request.
 */
export interface Contact {
  readonly since: Date;
  readonly last: Date;
}

/** The stored state of one identity-provider connection. */
export interface Source {
  readonly id: SourceId;
  /** First and last acknowledged *write*; missing before the first. Probes and searches do not count. */
  readonly firstWrite?: Date;
  readonly lastWrite?: Date;
  /** Missing if no request was ever received. */
  readonly contact?: Contact;
  readonly people: number;
  readonly groups: number;
  /** True once the first cycle was found to be over; later writes do not reset it. */
  readonly cycleOver?: boolean;
}

/** What a token is for: a *bearer* is sent with every request; a *client* secret is exchanged for an access token first. */
export type TokenUse = 'bearer' | 'client';

/** One bearer token or client secret. The secret text is shown once; only its SHA-256 is stored. */
export interface Token {
  readonly id: number;
  readonly source: SourceId;
  readonly use: TokenUse;
  readonly label: string;
  readonly createdAt: Date;
  /** Not set if it never expires. */
  readonly expiresAt?: Date;
  readonly revokedAt?: Date;
  readonly lastUsedAt?: Date;
}

/** Which tokens issued by Entra are accepted, for an empty Secret Token in the portal (docs/entra-facts.md#tokens-issued-by-entra). */
export interface EntraTrust {
  /** Id of the tenant, in lower case. */
  readonly tenant: string;
  /** Accepted values of `aud`. */
  readonly audiences: readonly string[];
  /** Ids of the accepted Microsoft applications (`appid`, `azp`). */
  readonly apps: readonly string[];
  /** The sign-in URL of the tenant, without a trailing slash; its keys are published below this URL. */
  readonly authority: string;
}

/** The application that may sign in with an assertion from Entra instead of a secret (docs/entra-facts.md#workload-identity-federation). */
export interface FederationTrust {
  readonly tenant: string;
  /** Object id of the service principal (`sub`). */
  readonly subject: string;
  /** The required `aud`, with or without a trailing `/.default`. */
  readonly audience: string;
  readonly authority: string;
}

/** Tokens and assertions of Entra that a Source accepts in addition to its own tokens. */
export interface SourceTrust {
  readonly entra?: EntraTrust;
  readonly federation?: FederationTrust;
}

/**
 * True if the Source's first cycle is over: it was found to be over before, or the Source has people and `quietMs` have passed without a
 * write.
 */
export function isCycleOver(source: Source | undefined, quietMs: number, now: Date): boolean {
  if (source?.cycleOver === true) return true;
  const end = source === undefined ? undefined : cycleEndsAt(source, quietMs);
  return end !== undefined && end <= now;
}

/**
 * When the Source's first cycle ends if no further write is received: `quietMs` after the last write; missing if there are no people yet.
 */
export function cycleEndsAt({ lastWrite, people }: Source, quietMs: number): Date | undefined {
  return lastWrite === undefined || people === 0 ? undefined : new Date(lastWrite.getTime() + quietMs);
}
