/** A moment: `2026-03-01 08:30 UTC`, or `never`. */
export function showTime(at: Date | undefined): string {
  return at === undefined ? 'never' : `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

const units: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
];

/** How long ago, or how far ahead: `3 min ago`, `in 2 h`, `now`; `never` when missing. Rounded down to the largest unit. */
export function showAge(at: Date | undefined, now: Date): string {
  if (at === undefined) return 'never';
  const ms = now.getTime() - at.getTime();
  const [unit, size] = units.find(([, least]) => Math.abs(ms) >= least) ?? ['', 0];
  if (size === 0) return 'now';
  const amount = `${Math.floor(Math.abs(ms) / size)} ${unit}`;
  return ms > 0 ? `${amount} ago` : `in ${amount}`;
}

/** A number with its noun: `1 person`, `2,998 people`. */
export function count(number: number, one: string, many: string): string {
  return `${showNumber(number)} ${number === 1 ? one : many}`;
}

/** A whole number with commas: `2,998`. */
export function showNumber(number: number): string {
  return number.toLocaleString('en-US');
}

/** A sentence: first letter large, a full stop where it has no ending yet. Empty stays empty. */
export function toSentence(text: string): string {
  if (text === '') return '';
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

/** A value of a record or condition as one short word: texts in quotes, lists in brackets, an absent one as a dash. */
export function showValue(value: unknown): string {
  return value === undefined ? '-' : JSON.stringify(value);
}

/**
 * A copy of a report whose texts hold no control characters: what Entra or a visitor system sent must not move the cursor or
 * colour the terminal of whoever reads it. Dates stay as they are.
 */
export function withoutControls<T>(value: T): T {
  return mapTexts(value, (text) => text.replaceAll(steering, ' '));
}

// Controls, what turns the line (marks, embeddings, isolates), and what ends one.
const steering = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/** JSON whose texts hold none of them raw: escaped, they are read back as they were. */
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
