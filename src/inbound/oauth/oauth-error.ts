// OAuth 2.0 error responses of the token endpoint.
import { toDescription } from '../sign-in-refusal.ts';

/** The error codes of RFC 6749 §5.2 that the endpoint uses; `temporarily_unavailable` for 429 and 503 is from §4.1.2.1. */
export type OauthErrorCode = 'invalid_request' | 'invalid_client' | 'unsupported_grant_type' | 'temporarily_unavailable';

/** An error response of the token endpoint. */
export class OauthError extends Error {
  readonly status: number;
  readonly code: OauthErrorCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: OauthErrorCode, description: string, headers: Readonly<Record<string, string>> = {}) {
    super(toDescription(description));
    this.name = new.target.name;
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** 400 for a malformed request. */
export function invalidRequest(description: string): OauthError {
  return new OauthError(400, 'invalid_request', description);
}

/** 401 for a rejected client. The challenge is required for clients that used the `Authorization` header, and allowed for all others. */
export function invalidClient(description: string): OauthError {
  return new OauthError(401, 'invalid_client', description, { 'WWW-Authenticate': 'Basic realm="vestibule"' });
}
