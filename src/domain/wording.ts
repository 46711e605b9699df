// Formats times, durations, numbers and counts for people.
/** A time in UTC, to the minute: `2026-03-01 08:30 UTC`; `never` if not set. */
export function showTime(at: Date | undefined): string {
  return at === undefined ? 'never' : `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** A time in UTC, to the second: `2026-03-01 08:30:59 UTC`. */
export function showSecond(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

const units: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
];

/** A time relative to `now`: `3 min ago`, `in 2 h`, `now`; `never` if not set. Rounded down to the largest unit. */
export function showAge(at: Date | undefined, now: Date): string {
  if (at === undefined) return 'never';
  const ms = now.getTime() - at.getTime();
  const [unit, size] = units.find(([, least]) => Math.abs(ms) >= least) ?? ['', 0];
  if (size === 0) return 'now';
  const amount = `${Math.floor(Math.abs(ms) / size)} ${unit}`;
  return ms > 0 ? `${amount} ago` : `in ${amount}`;
}

/** A duration in the largest unit, up to hours, in which it is a whole number: `24 h`, `90 min`, `1500 ms`. */
export function showSpan(ms: number): string {
  const [unit, size] = units.slice(1).find(([, length]) => ms % length === 0) ?? ['ms', 1];
  return `${ms / size} ${unit}`;
}

/** A number with its noun: `1 person`, `2,998 people`. */
export function showCount(number: number, one: string, many: string): string {
  return `${showNumber(number)} ${number === 1 ? one : many}`;
}

/** A whole number with commas: `2,998`. */
export function showNumber(number: number): string {
  return number.toLocaleString('en-US');
}

/**
 * Makes a text a sentence: capitalizes the first letter, and adds a full stop if final punctuation is missing. An empty text stays empty.
 */
export function toSentence(text: string): string {
  if (text === '') return '';
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

/** A text in parentheses after a space, or an empty text if the text is empty: `showAside('busy')` is ` (busy)`. */
export function showAside(text: string): string {
  return text === '' ? '' : ` (${text})`;
}
