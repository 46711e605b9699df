// Maps HTTP replies to Outcomes.
import { TargetRefused, TargetUnavailable } from '../../domain/errors.ts';
import type { DeliveryId } from '../../domain/ids.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { Action } from '../../domain/target.ts';
import { toReason, toRetryAfterMs, type Reply } from './http-reply.ts';

/** Results of a write for which a Connector can define conditions in `replies`. */
export const replyResults = ['exists', 'missing', 'retry', 'reject'] as const;

/** One of `replyResults`. */
export type ReplyResult = (typeof replyResults)[number];

/** The input of `toOutcome`. */
export interface Answer {
  readonly action: Action;
  readonly delivery: DeliveryId;
  readonly reply: Reply;
  /** The result by the Connector's `replies`, which take precedence over the status code. */
  readonly says?: ReplyResult | undefined;
  /** The record's key as read from the reply; `undefined` if the reply contains none. */
  readonly key?: string | undefined;
  /** True if the Connector reads the key from the reply to this Action. Without the key, the record could not be found again. */
  readonly needsKey: boolean;
  readonly now: Date;
}

/**
 * The Outcome of one Delivery, based on its HTTP reply. Pure. `docs/targets.md` has the table ("What an answer means"), which follows RFC
 * 9110 §15.
 * @throws {TargetRefused} for a 401; {TargetUnavailable} for a redirect, a 407, and a 503 with `Retry-After`.
 */
export function toOutcome(answer: Answer): Outcome {
  const { reply, says, now } = answer;
  const reason = toReason(reply);
  const after = afterMs(reply, now);
  switch (says) {
    case 'exists':
    case 'missing':
    case 'reject':
      return { status: says, reason };
    case 'retry':
      return { status: 'retry', reason, fact: toFact(reply), ...after };
    case undefined:
      break;
  }
  if (reply.status >= 200 && reply.status < 300) return toSuccess(answer);
  if (reply.status < 400) throw toRedirected(answer);
  if (reply.status >= 500) return toServerError(answer, reason);
  switch (reply.status) {
    case 401:
      throw new TargetRefused(reason, { hint: 'Check the credentials under auth.' });
    case 404:
    case 410:
      // For a create this reply cannot mean a missing record, because none existed.
      return answer.action === 'create' ? { status: 'reject', reason } : { status: 'missing', reason };
    case 407:
      throw new TargetUnavailable(reason, { hint: 'The proxy requires credentials.' });
    case 409:
      return { status: 'exists', reason };
    case 408: // The server did not receive the full request in time (RFC 9110 §15.5.9).
    case 423:
    case 425:
    case 429:
      return { status: 'retry', reason, fact: toFact(reply), ...after };
    default:
      return { status: 'reject', reason };
  }
}

function toSuccess({ key, needsKey, reply }: Answer): Outcome {
  if (key !== undefined) return { status: 'done', key };
  const keyless = `answered ${reply.status} without a readable key`;
  if (needsKey) return { status: 'unclear', reason: keyless, fact: keyless };
  return { status: 'done' };
}

function toServerError({ reply, now }: Answer, reason: string): Outcome {
  const wait = toRetryAfterMs(reply.headers, now);
  // A 503 with `Retry-After` means that the request was not processed (RFC 9110 §15.6.4). Any other 5xx, also one of a proxy, may follow a
  // commit.
  if (reply.status === 503 && wait !== undefined) throw new TargetUnavailable(reason, { afterMs: wait });
  return { status: 'unclear', reason, fact: toFact(reply) };
}

/** The reply in our own words: it contains no text of the product. */
function toFact({ status }: Reply): string {
  return `answered ${status}`;
}

/**
 * Redirects are never followed, because they could send credentials to another system. After 301 to 303 the write is in doubt: these also
 * answer a completed POST.
 */
function toRedirected({ reply, delivery }: Answer): TargetUnavailable {
  const certain = reply.status === 307 || reply.status === 308;
  return new TargetUnavailable(`answered ${reply.status} (redirect)`, {
    hint: 'Set url to the address in the redirect.',
    mayHaveLeft: certain ? [] : [delivery],
  });
}

function afterMs(reply: Reply, now: Date): { readonly afterMs?: number } {
  const wait = toRetryAfterMs(reply.headers, now);
  return wait === undefined ? {} : { afterMs: wait };
}

/**
 * Checks the reply to a read (find, list, probe): returns if its body is an answer, and throws otherwise. A 404 does not mean "no match",
 * because a wrong base path results in 404 for every request.
 * @throws {TargetRefused} for 401 and 403; {TargetUnavailable} for every other status except 2xx.
 */
export function assertAnswered(reply: Reply, now: Date): void {
  const { status } = reply;
  if (status >= 200 && status < 300) return;
  const reason = toReason(reply);
  if (status === 401 || status === 403) throw new TargetRefused(reason, { hint: 'Check the credentials under auth.' });
  const wait = toRetryAfterMs(reply.headers, now);
  const hint =
    status === 404
      ? 'Check the path in url. If this product answers 404 when no record matches, declare that under replies.none.'
      : undefined;
  throw new TargetUnavailable(reason, { ...(hint !== undefined && { hint }), ...(wait !== undefined && { afterMs: wait }) });
}
