// The 401 and 429 responses to failed logins.
import type { Refused, Undecided } from './auth/auth-result.ts';
import { HttpRefusal } from '../http/refusal.ts';

/** A failed sign-in. `reason` is a short word for the log, which has at most one line per reason and minute. */
export class SignInRefusal extends HttpRefusal {
  readonly reason: string;
  /** The expected value, for the log only. */
  readonly expected: string | undefined;

  constructor(status: 401 | 429 | 503, reason: string, detail: string, headers: Readonly<Record<string, string>>, expected?: string) {
    super(status, detail, headers);
    this.reason = reason;
    this.expected = expected;
  }
}

/** 401 for a request without a token. RFC 6750 §3.1: no error code if the client sent no credentials. */
export function missingToken(detail: string): SignInRefusal {
  return new SignInRefusal(401, 'noToken', detail, { 'WWW-Authenticate': challenge });
}

/** 401 for an invalid token, with the reason in body and header (RFC 6750 §3). */
export function invalidToken({ cause, detail, expected }: Refused): SignInRefusal {
  const described = `${challenge}, error="invalid_token", error_description="${toDescription(detail)}"`;
  return new SignInRefusal(401, cause, detail, { 'WWW-Authenticate': described }, expected);
}

/** 503 while the token cannot be verified: Entra retries, but a 401 would quarantine its job (docs/entra-facts.md#retries-and-quarantine). */
export function cannotVerify({ detail, retryAfterSeconds }: Undecided): SignInRefusal {
  return new SignInRefusal(503, 'undecided', detail, { 'Retry-After': String(retryAfterSeconds) });
}

/** 429 without a delay, for a failed login if too many responses are already delayed. */
export function tooManyFailures(retryAfterSeconds: number): SignInRefusal {
  return new SignInRefusal(429, 'tooManyFailures', 'Too many failed logins from your address. A valid token is always accepted.', {
    'Retry-After': String(retryAfterSeconds),
  });
}

const challenge = 'Bearer realm="vestibule"';

/**
 * Reduces a text to the characters that RFC 6749 §5.2 and RFC 6750 §3 allow in a description: ASCII without double quotes and backslashes.
 */
export function toDescription(text: string): string {
  return text.replaceAll('"', "'").replaceAll(/[^\u0020-\u007e]|\\/g, '?');
}
