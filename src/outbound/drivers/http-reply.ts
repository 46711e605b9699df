// Parses an HTTP reply: body, `Retry-After`, error text.
/** An answer of an HTTP Target, read completely. */
export interface Reply {
  readonly status: number;
  /** Names in lower case; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed JSON; `undefined` when the answer has none or it cannot be read. */
  readonly body: unknown;
  /** The answer as text, possibly truncated. */
  readonly text: string;
  /** Takes secrets out of a text of the answer, before it is cut; nothing to take out when missing. */
  readonly hide?: (text: string) => string;
}

/** Max length of a reason from an answer, in characters. */
const maxReasonLength = 300;

/** The answer's body as JSON, or `undefined`: a proxy's HTML page is not an answer. Never throws. */
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
 * How long the Target asks us to wait, in milliseconds from `now`, or `undefined` when it does not say or says nonsense
 * (RFC 9110 §10.2.3: seconds or an HTTP date). A date that has passed is 0.
 */
export function toRetryAfterMs(headers: Reply['headers'], now: Date): number | undefined {
  const value = headers['retry-after']?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}

/**
 * The reason in an answer, for a person to read: from the usual places of an error text, else the plain text, else only the
 * status. One line, at most 300 characters. The shapes are those of `docs/targets.md`, "What a product answers".
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
