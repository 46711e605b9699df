import type { Refused, Undecided } from '../auth/auth-result.ts';
import { HttpRefusal } from './refusal.ts';

/** Somebody was not let in. `reason` is a short word for the log; those with the same are one line a minute. */
export class SignInRefusal extends HttpRefusal {
  readonly reason: string;
  /** What was expected, for the log alone. */
  readonly expected: string | undefined;

  constructor(status: 401 | 429 | 503, reason: string, detail: string, headers: Readonly<Record<string, string>>, expected?: string) {
    super(status, detail, headers);
    this.reason = reason;
    this.expected = expected;
  }
}

/** 401 for a request without a token. RFC 6750 §3.1: no error code for who showed no credentials. */
export function missingToken(detail: string): SignInRefusal {
  return new SignInRefusal(401, 'noToken', detail, { 'WWW-Authenticate': challenge });
}

/** 401 for a token that is not taken, with what was wrong in body and header (RFC 6750 §3). */
export function invalidToken({ cause, detail, expected }: Refused): SignInRefusal {
  const described = `${challenge}, error="invalid_token", error_description="${toDescription(detail)}"`;
  return new SignInRefusal(401, cause, detail, { 'WWW-Authenticate': described }, expected);
}

/** 503 while it is undecided: Entra retries, but a 401 would quarantine its job (docs/entra-facts.md#retries-and-quarantine). */
export function cannotVerify({ detail, retryAfterSeconds }: Undecided): SignInRefusal {
  return new SignInRefusal(503, 'undecided', detail, { 'Retry-After': String(retryAfterSeconds) });
}

/** 429 at once for a failure when too many wait already. */
export function tooManyFailures(retryAfterSeconds: number): SignInRefusal {
  return new SignInRefusal(429, 'tooManyFailures', 'too many failed logins of your address; the right token is let in at any time', {
    'Retry-After': String(retryAfterSeconds),
  });
}

const challenge = 'Bearer realm="vestibule"';

/** The characters that RFC 6749 §5.2 and RFC 6750 §3 allow in a description: ASCII without double quotes and backslashes. */
export function toDescription(text: string): string {
  return text.replaceAll('"', "'").replaceAll(/[^\u0020-\u007e]|\\/g, '?');
}
