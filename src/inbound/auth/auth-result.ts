// The result of an authentication: an authenticated caller, or a refusal with its reason.
import type { SourceId } from '../../domain/ids.ts';
import { quote } from '../../scim/errors.ts';

/** An authenticated caller. */
export interface Caller {
  readonly source: SourceId;
  /** Id of the token or client secret; missing for a token or assertion signed by Entra. */
  readonly tokenId?: number;
}

/** Rejected credentials. */
export interface Refused {
  readonly is: 'refused';
  /** A short word for the log: refusals with the same cause are logged once a minute. */
  readonly cause: string;
  /** The reason, for the administrator of the client: ASCII, without secrets. */
  readonly detail: string;
  /**
   * True if these credentials may be a guess, which delays the response. False for credentials that were once valid (expired, revoked) or
   * are signed by Entra.
   */
  readonly guess: boolean;
  /** The expected value. Only for the log, because the caller is unknown without a verified signature. */
  readonly expected?: string;
}

/**
 * The credentials cannot be checked at the moment: the response is 503, never 401, which would put Entra's job in quarantine
 * (docs/entra-facts.md#retries-and-quarantine).
 */
export interface Undecided {
  readonly is: 'undecided';
  readonly detail: string;
  readonly retryAfterSeconds: number;
}

/** The result of checking credentials. */
export type AuthResult = { readonly is: 'authenticated'; readonly caller: Caller } | Refused | Undecided;

/** Refuses credentials that were never valid and may be a guess: see {@link Refused}. */
export function refuseGuess(cause: string, detail: string, expected?: string): Refused {
  return { is: 'refused', cause, detail, guess: true, ...(expected !== undefined && { expected }) };
}

/** Refuses credentials that were once valid, or are valid elsewhere, and so are no guess: see {@link Refused}. */
export function refuseHonest(cause: string, detail: string): Refused {
  return { is: 'refused', cause, detail, guess: false };
}

/** Quotes and truncates the first few of these strings, for error details. */
export function quoteSome(texts: readonly (string | undefined)[]): string {
  return texts
    .slice(0, 3)
    .map((text) => quote(text ?? ''))
    .join(' or ');
}
