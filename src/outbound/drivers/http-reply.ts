// The reply of an HTTP Target: its body, `Retry-After` and error text.
/** The full reply of an HTTP Target. */
export interface Reply {
  readonly status: number;
  /** Names in lower case; values of repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed JSON; `undefined` if there is none, or it is invalid. */
  readonly body: unknown;
  /** The reply as text, possibly truncated. */
  readonly text: string;
  /** Removes secrets from a text of the reply, before the text is truncated. Missing if there are no secrets. */
  readonly hide?: (text: string) => string;
}

/** Max length of a reason taken from a reply, in characters. */
const maxReasonLength = 300;

/** The body as JSON; `undefined` if it is not JSON, such as the HTML page of a proxy. Never throws. */
export function parseBody(text: string): unknown {
  const trimmed = text.trim();
  if (!/^[[{"\d-]|^(true|false|null)$/.test(trimmed)) return undefined;
  try {
    return JSON.parse(trimmed) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * The `Retry-After` time in milliseconds from `now` (RFC 9110 §10.2.3: seconds or an HTTP date); `undefined` if the header is missing or
 * invalid. A date in the past results in 0.
 */
export function toRetryAfterMs(headers: Reply['headers'], now: Date): number | undefined {
  const value = headers['retry-after']?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}

/**
 * The reason in a reply, in readable form: the usual error fields of JSON, else the plain text, else the status. One line, at most 300
 * characters. `docs/targets.md` lists the fields ("What a product answers").
 */
export function toReason(reply: Reply): string {
  const found = findText(reply.body) || plainText(reply);
  const said = tidy(reply.hide?.(found) ?? found);
  return said === '' ? `answered ${reply.status}` : `answered ${reply.status}: ${said}`;
}

function findText(body: unknown, depth = 0): string {
  if (typeof body === 'string') return body;
  if (depth > 2 || typeof body !== 'object' || body === null) return '';
  if (Array.isArray(body)) return findText(body[0], depth + 1);
  const fields = body as Record<string, unknown>;
  for (const name of ['detail', 'message', 'error_description', 'error', 'errors', 'title', 'reason']) {
    const text = findText(fields[name], depth + 1);
    if (text !== '') return text;
  }
  return '';
}

function plainText(reply: Reply): string {
  return (reply.headers['content-type'] ?? '').startsWith('text/plain') ? reply.text : '';
}

function tidy(text: string): string {
  const line = text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .toWellFormed();
  return line.length > maxReasonLength ? `${line.slice(0, maxReasonLength - 1).toWellFormed()}…` : line;
}
