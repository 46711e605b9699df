// Maps HTTP replies to Outcomes.
import { TargetRefused, TargetUnavailable } from '../../domain/errors.ts';
import type { DeliveryId } from '../../domain/ids.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { Action } from '../../domain/target.ts';
import { toReason, toRetryAfterMs, type Reply } from './http-reply.ts';

/** Results of a write that a Connector's `replies` may name. */
export const replyResults = ['exists', 'missing', 'retry', 'reject'] as const;

/** A result that a Connector's `replies` name. */
export type ReplyResult = (typeof replyResults)[number];

/** What `toOutcome` judges. */
export interface Answer {
  readonly action: Action;
  readonly delivery: DeliveryId;
  readonly reply: Reply;
  /** The meaning of a reply by the Connector's expressions, which take precedence over the status code. */
  readonly says?: ReplyResult | undefined;
  /** The record's key as the reply names it; `undefined` where it names none. */
  readonly key?: string | undefined;
  /** The Connector reads the key from the reply to this Action: without it we would lose the record. */
  readonly needsKey: boolean;
  readonly now: Date;
}

/**
 * The Outcome of one Delivery by its HTTP answer; pure. The table is in `docs/targets.md`, "What an answer means", after RFC 9110 §15.
 * @throws {TargetRefused} at a 401; {TargetUnavailable} at a redirect, a 407, and a 503 that says when to come back.
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
      // For a create this answer cannot mean a missing record, because none existed.
      return answer.action === 'create' ? { status: 'reject', reason } : { status: 'missing', reason };
    case 407:
      throw new TargetUnavailable(reason, { hint: 'The proxy requires credentials.' });
    case 409:
      return { status: 'exists', reason };
    case 408: // The server gave up before it had the whole request (RFC 9110 §15.5.9).
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
  const keyless = `answered ${reply.status} without a key that can be read`;
  if (needsKey) return { status: 'unclear', reason: keyless, fact: keyless };
  return { status: 'done' };
}

function toServerError({ reply, now }: Answer, reason: string): Outcome {
  const wait = toRetryAfterMs(reply.headers, now);
  // A system that says when it will be back refused to work (RFC 9110 §15.6.4); any other 5xx may follow a commit, a proxy's too.
  if (reply.status === 503 && wait !== undefined) throw new TargetUnavailable(reason, { afterMs: wait });
  return { status: 'unclear', reason, fact: toFact(reply) };
}

/** An answer without the product's words. */
function toFact({ status }: Reply): string {
  return `answered ${status}`;
}

/** A redirect is never followed: it could carry credentials elsewhere. Old forms answer a finished POST with 301 to 303. */
function toRedirected({ reply, delivery }: Answer): TargetUnavailable {
  const certain = reply.status === 307 || reply.status === 308;
  return new TargetUnavailable(`answered ${reply.status}, a redirect`, {
    hint: 'Set url to the address that it redirects to.',
    mayHaveLeft: certain ? [] : [delivery],
  });
}

function afterMs(reply: Reply, now: Date): { readonly afterMs?: number } {
  const wait = toRetryAfterMs(reply.headers, now);
  return wait === undefined ? {} : { afterMs: wait };
}

/**
 * Judges the answer to a question (find, list, probe): returns when its body can be read as an answer, throws otherwise. A 404 is
 * not "no match": a wrong base path answers it to everything.
 * @throws {TargetRefused} at 401 and 403; {TargetUnavailable} at everything else but 2xx.
 */
export function assertAnswered(reply: Reply, now: Date): void {
  const { status } = reply;
  if (status >= 200 && status < 300) return;
  const reason = toReason(reply);
  if (status === 401 || status === 403) throw new TargetRefused(reason, { hint: 'Check the credentials under auth.' });
  const wait = toRetryAfterMs(reply.headers, now);
  const hint =
    status === 404 ? 'Check the path in url. If this product answers 404 for no match, declare it under replies.none.' : undefined;
  throw new TargetUnavailable(reason, { ...(hint !== undefined && { hint }), ...(wait !== undefined && { afterMs: wait }) });
}
