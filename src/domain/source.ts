// A Source, its tokens, its trust settings and its contact times.
import type { SourceId } from './ids.ts';

/** The unbroken contact with a Source: from when it has been heard without a silence longer than `silent`, and last. */
export interface Contact {
  readonly since: Date;
  readonly last: Date;
}

/** One identity-provider connection, as the store knows it. */
export interface Source {
  readonly id: SourceId;
  /** First and last acknowledged *write*; missing before the first. Probes and searches do not count. */
  readonly firstWrite?: Date;
  readonly lastWrite?: Date;
  /** Missing when nothing ever came. */
  readonly contact?: Contact;
  readonly people: number;
  readonly groups: number;
  /** Its first cycle was seen to be over once: later writes do not bring it back. */
  readonly cycleOver?: boolean;
}

/** What a token is for: a *bearer* is sent with every request; a *client* secret is exchanged for an access token first. */
export type TokenUse = 'bearer' | 'client';

/** One bearer token or client secret. The text itself is shown once and never stored: only its SHA-256 is. */
export interface Token {
  readonly id: number;
  readonly source: SourceId;
  readonly use: TokenUse;
  readonly label: string;
  readonly createdAt: Date;
  /** Missing: never expires. */
  readonly expiresAt?: Date;
  readonly revokedAt?: Date;
  readonly lastUsedAt?: Date;
}

/** Which tokens issued by Entra are accepted, for an empty Secret Token in the portal (docs/entra-facts.md#tokens-issued-by-entra). */
export interface EntraTrust {
  /** Id of the tenant, in lower case. */
  readonly tenant: string;
  /** What `aud` may be: one of these. */
  readonly audiences: readonly string[];
  /** Which application of Microsoft may call (`appid`, `azp`): one of these. */
  readonly apps: readonly string[];
  /** Where the tenant signs in, without a slash at its end; its keys are published below it. */
  readonly authority: string;
}

/** Which application may sign in with an assertion from Entra instead of a secret (docs/entra-facts.md#workload-identity-federation). */
export interface FederationTrust {
  readonly tenant: string;
  /** Object id of the service principal (`sub`). */
  readonly subject: string;
  /** What `aud` must be, with or without `/.default` at its end. */
  readonly audience: string;
  readonly authority: string;
}

/** Tokens and assertions of Entra that a Source accepts in addition to its own tokens. */
export interface SourceTrust {
  readonly entra?: EntraTrust;
  readonly federation?: FederationTrust;
}

/** True when the Source's first cycle is over: it was seen to be, or it has people and `quietMs` have passed without a write. */
export function isCycleOver(source: Source | undefined, quietMs: number, now: Date): boolean {
  if (source?.cycleOver === true) return true;
  if (source?.lastWrite === undefined || source.people === 0) return false;
  return now.getTime() - source.lastWrite.getTime() >= quietMs;
}
