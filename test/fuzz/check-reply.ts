import type { FuzzRequest } from './make-request.ts';
import type { Reply } from './raw-http.ts';

const errorUrn = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** Describes the fault of a response to a request; `undefined` if it has none. */
export function judgeReply(request: FuzzRequest, reply: Reply): string | undefined {
  switch (reply.is) {
    case 'silence':
      return `neither an answer nor the end of the connection for ${reply.ms} ms`;
    case 'closed':
      return request.complete && !request.odd ? 'closed without an answer' : undefined;
    case 'nonsense':
      return `no HTTP: ${reply.text}`;
    case 'answer':
      return checkAnswer(request, reply);
  }
}

function checkAnswer(request: FuzzRequest, { status, type, body }: Extract<Reply, { is: 'answer' }>): string | undefined {
  const target = request.bytes.toString('latin1', 0, 300).split(' ')[1] ?? '';
  if (status >= 500 && !(status === 501 && /\/Me\b/i.test(target))) return `answered ${status}`;
  // All bytes are sent at once.
  if (status === 408) return 'answered 408: it was waited for more';
  if (body.length === 0) return undefined;
  const value = parse(body);
  if (value === undefined) return `answered ${status} with a body that is no JSON`;
  if (status < 400) return undefined;
  const { schemas, status: told, detail, error } = value as Readonly<Record<string, unknown>>;
  // OAuth errors have their own format (RFC 6749 §5.2).
  if (/\/oauth\//i.test(target) && typeof error === 'string') return undefined;
  const isScim = Array.isArray(schemas) && schemas[0] === errorUrn && told === String(status) && typeof detail === 'string';
  return isScim && type.startsWith('application/scim+json')
    ? undefined
    : `answered ${status} without a SCIM error: ${body.toString('utf8', 0, 300)}`;
}

function parse(body: Buffer): object | undefined {
  try {
    return JSON.parse(body.toString('utf8')) as object;
  } catch {
    return undefined;
  }
}
