// Formats values for the terminal and removes control characters.
/** A value of a record or condition on one line: strings in quotes, lists in brackets, an absent value as a dash. */
export function showValue(value: unknown): string {
  return value === undefined ? '-' : JSON.stringify(value);
}

/**
 * A copy of a report without control characters, so that text from Entra or a visitor system cannot control the terminal. Dates stay
 * unchanged.
 */
export function withoutControls<T>(value: T): T {
  return mapTexts(value, (text) => text.replaceAll(steering, ' '));
}

// Control characters, characters that change the text direction (marks, embeddings, isolates), and line separators.
const steering = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/** JSON with all control characters in strings escaped, so that parsing restores them. */
export function toPlainJson(value: unknown): string {
  const escape = (one: string) => (one === '\n' ? one : `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return JSON.stringify(value, undefined, 2).replaceAll(steering, escape);
}

/** A copy of a report with `map` applied to every text and every property name. */
export function mapTexts<T>(value: T, map: (text: string) => string): T {
  const copy = (part: unknown): unknown => {
    if (typeof part === 'string') return map(part);
    if (Array.isArray(part)) return part.map(copy);
    if (typeof part !== 'object' || part === null || part instanceof Date) return part;
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [map(name), copy(inner)]));
  };
  // The cast is safe, because only strings differ from the original.
  return copy(value) as T;
}
