// The result of an authentication: an authenticated caller, or a refusal with its reason.
import type { SourceId } from '../../domain/ids.ts';
import { quote } from '../../scim/errors.ts';

/** An authenticated caller. */
export interface Caller {
  readonly source: SourceId;
  /** The token or client secret that was used; missing for what Entra signed. */
  readonly tokenId?: number;
}

/** Rejected credentials. */
export interface Refused {
  readonly is: 'refused';
  /** A short word for the log: refusals with the same cause are one line a minute. */
  readonly cause: string;
  /** The fault, for the administrator of the client: ASCII, no secrets. */
  readonly detail: string;
  /** Whether these credentials may be a guess, which delays the response. False for credentials that were valid once: expired, revoked, signed by Entra. */
  readonly guess: boolean;
  /** The expected value, only for the log: without a verified signature the caller is unknown. */
  readonly expected?: string;
}

/** Undecided for the moment: 503, never 401, which would put Entra's job in quarantine (docs/entra-facts.md#retries-and-quarantine). */
export interface Undecided {
  readonly is: 'undecided';
  readonly detail: string;
  readonly retryAfterSeconds: number;
}

/** The result of checking credentials. */
export type AuthResult = { readonly is: 'authenticated'; readonly caller: Caller } | Refused | Undecided;

/** Refuses credentials that were never valid: see {@link Refused}. */
export function refuseGuess(cause: string, detail: string, expected?: string): Refused {
  return { is: 'refused', cause, detail, guess: true, ...(expected !== undefined && { expected }) };
}

/** Refuses credentials that were valid once, or are valid elsewhere: see {@link Refused}. */
export function refuseHonest(cause: string, detail: string): Refused {
  return { is: 'refused', cause, detail, guess: false };
}

/** Quotes and truncates the first few of these texts, for error details. */
export function quoteSome(texts: readonly (string | undefined)[]): string {
  return texts
    .slice(0, 3)
    .map((text) => quote(text ?? ''))
    .join(' or ');
}
