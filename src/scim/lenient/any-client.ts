// Deviations from SCIM that are accepted from every client.
/**
 * Converts numbers that a client sent as text. Returns anything else unchanged, such as `007` (an identifier) and numbers with too many
 * digits.
 */
export function numericText(value: unknown): unknown {
  if (typeof value !== 'string' || !/^-?(0|[1-9]\d*)(\.\d+)?$/.test(value)) return value;
  return String(Number(value)) === value || countDigits(value) <= digitsKept ? Number(value) : value;
}

/** Number of decimal digits that an IEEE 754 double always preserves. */
const digitsKept = 15;

function countDigits(text: string): number {
  return text.replaceAll(/\D/g, '').replace(/^0+/, '').length;
}

/**
 * The value of a key, ignoring case: `startindex` (docs/entra-facts.md#postman-collections), `operations`. The exact spelling takes
 * precedence. Undefined if no key matches.
 */
export function findIgnoringCase(object: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(object, name)) return object[name];
  const lower = name.toLowerCase();
  const key = Object.keys(object).find((one) => one.toLowerCase() === lower);
  return key === undefined ? undefined : object[key];
}
