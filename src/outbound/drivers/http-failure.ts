// Explains why an HTTP request got no response.
import { DaemonError, TargetUnavailable, messageOf } from '../../domain/errors.ts';

/** The state of a request at the time of its failure. */
export interface Flight {
  /** The request had a working connection, so its bytes may have been sent. */
  readonly left: boolean;
  /** The configured time-out has passed. */
  readonly late: boolean;
  readonly timeoutMs: number;
  /** Removes secrets from a text. */
  readonly redact: (text: string) => string;
}

/** No full response arrived. For a write, `left` tells whether it is in doubt (true) or certainly not written (false). */
export class NotAnswered extends DaemonError {
  readonly left: boolean;
  constructor(message: string, left: boolean, options?: { readonly cause?: unknown; readonly hint?: string }) {
    super('notAnswered', message, options);
    this.left = left;
  }

  /** Converts this to a failure of the Target, for a read, or for a write that was not sent. */
  toUnavailable(): TargetUnavailable {
    return new TargetUnavailable(this.message, { cause: this.cause, ...(this.hint !== undefined && { hint: this.hint }) });
  }
}

const words: readonly (readonly [pattern: RegExp, message: string, hint?: string])[] = [
  [/^ECONNREFUSED$/, 'connection refused', 'Check that the system is running and that the port is correct.'],
  [/^(ENOTFOUND|EAI_AGAIN|EAI_FAIL)$/, 'the host name cannot be resolved', 'Check url and the DNS settings of this machine.'],
  [/^(EHOSTUNREACH|ENETUNREACH|ENETDOWN)$/, 'no network route to the target'],
  [/^(ECONNRESET|EPIPE|ECONNABORTED)$/, 'the connection was closed'],
  [/^ETIMEDOUT$/, 'the connection timed out'],
  [/^ERR_CANCELED$/, 'the call was aborted'],
  [/^CERT_HAS_EXPIRED$/, 'the certificate of the target has expired'],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    'the certificate of the target is for another name',
    'In url, use a host name for which the certificate is valid.',
  ],
  [
    /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?)$/,
    'the certificate of the target is not trusted',
    'Set tls.ca to a file that contains its certificate authority.',
  ],
  [
    /^(EPROTO|ERR_SSL_.*|ERR_TLS_.*)$/,
    'the TLS handshake failed',
    'Check http or https in url, and tls.cert if the target requires a client certificate.',
  ],
  [/^(HPE_.*|ERR_BAD_RESPONSE)$/, 'the response is invalid or too long'],
];

/** Converts errors of the HTTP library to DaemonErrors; a DaemonError passes through. The message never contains a secret. */
export function toSendFailure(error: unknown, flight: Flight): DaemonError {
  if (error instanceof DaemonError) return error;
  const cause = withoutRequest(error, flight.redact);
  if (flight.late) return new NotAnswered(`no response within ${flight.timeoutMs} ms`, flight.left, { cause });
  const code = toCode(error);
  const known = words.find(([pattern]) => pattern.test(code));
  const message = known?.[1] ?? flight.redact(messageOf(error));
  const hint = known?.[2];
  return new NotAnswered(code === '' || code === message ? message : `${message} (${code})`, flight.left, {
    ...(hint !== undefined && { hint }),
    cause,
  });
}

function toCode(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

/** Keeps only the message, because the library's error contains the whole request with its credentials. */
function withoutRequest(error: unknown, redact: (text: string) => string): Error {
  const kept = new Error(redact(messageOf(error)));
  kept.name = 'HttpError';
  return kept;
}
