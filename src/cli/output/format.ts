// Formats values for the terminal and removes control characters.
/** A value of a record or condition as one short word: texts in quotes, lists in brackets, an absent one as a dash. */
export function showValue(value: unknown): string {
  return value === undefined ? '-' : JSON.stringify(value);
}

/**
 * A copy of a report without control characters: what Entra or a visitor system sent must not move the cursor or colour the terminal of the
 * reader. Dates stay as they are.
 */
export function withoutControls<T>(value: T): T {
  return mapTexts(value, (text) => text.replaceAll(steering, ' '));
}

// Controls, what turns the line (marks, embeddings, isolates), and what ends one.
const steering = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/** JSON whose texts contain control characters only in escaped form, so that parsing restores them. */
export function toPlainJson(value: unknown): string {
  const escape = (one: string) => (one === '\n' ? one : `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return JSON.stringify(value, undefined, 2).replaceAll(steering, escape);
}

/** A copy of a report with every text, and every name of a property, replaced by what `map` makes of it. */
export function mapTexts<T>(value: T, map: (text: string) => string): T {
  const copy = (part: unknown): unknown => {
    if (typeof part === 'string') return map(part);
    if (Array.isArray(part)) return part.map(copy);
    if (typeof part !== 'object' || part === null || part instanceof Date) return part;
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [map(name), copy(inner)]));
  };
  // A mapped copy has the shape of the original: only texts differ.
  return copy(value) as T;
}
