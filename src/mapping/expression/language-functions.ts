// The functions that Vestibule adds to CEL.
import { toAscii } from './to-ascii.ts';
import { formatDate } from './format-date.ts';
import { toDigits, toE164 } from './phone-number.ts';

/** The syntax of a function, for hints. */
export interface FunctionUsage {
  /** `default(text, other)`. */
  readonly usage: string;
  /** The result of the function: a phrase. */
  readonly description: string;
}

/** One function of the language. It is called as `lower(email)`, never as the method `email.lower()`. */
export interface LanguageFunction extends FunctionUsage {
  /** In CEL notation: `name(types): type`. */
  readonly signature: string;
  readonly run: (...values: never[]) => string | boolean;
}

/** The syntax of the functions that need tables or Groups. */
export const contextUsages: ReadonlyMap<string, FunctionUsage> = new Map([
  [
    'lookup',
    { usage: 'lookup("table", text)', description: 'the value from the table; an optional third value is used if the text is not in it' },
  ],
  ['memberOf', { usage: 'memberOf("group")', description: 'true for a member of the group' }],
]);

/** The name of a function, from its signature. */
export function functionName({ signature }: LanguageFunction): string {
  return signature.slice(0, signature.indexOf('('));
}

/**
 * The functions that depend only on their arguments. `lookup` and `memberOf` are defined in `language.ts`, because they need tables and
 * Groups.
 */
export const plainFunctions: readonly LanguageFunction[] = [
  {
    signature: 'lower(string): string',
    usage: 'lower(text)',
    description: 'the text in lower case',
    run: (text: string) => text.toLowerCase(),
  },
  {
    signature: 'upper(string): string',
    usage: 'upper(text)',
    description: 'the text in upper case',
    run: (text: string) => text.toUpperCase(),
  },
  {
    signature: 'trim(string): string',
    usage: 'trim(text)',
    description: 'the text without spaces at both ends',
    run: (text: string) => text.trim(),
  },
  { signature: 'digits(string): string', usage: 'digits(text)', description: 'only the digits of the text', run: toDigits },
  {
    signature: 'e164(string, string): string',
    usage: 'e164(text, country)',
    description: 'the phone number as + and digits; a national number gets the code of the country, such as "GB"',
    run: toE164,
  },
  {
    signature: 'ascii(string): string',
    usage: 'ascii(text)',
    description: 'the text without accents; a character without a Latin equivalent becomes ?',
    run: toAscii,
  },
  {
    signature: 'join(list<string>, string): string',
    usage: 'join(list, separator)',
    description: 'the items of the list with the separator between them',
    run: (texts: readonly string[], separator: string) => texts.join(separator),
  },
  {
    signature: 'default(string, string): string',
    usage: 'default(text, other)',
    description: 'the text, or other if the text is empty',
    run: (text: string, otherwise: string) => (text.trim() === '' ? otherwise : text),
  },
  {
    signature: 'truncate(string, int): string',
    usage: 'truncate(text, length)',
    description: 'the first characters of the text',
    run: truncate,
  },
  {
    signature: 'date(string, string): string',
    usage: 'date(text, format)',
    description: 'the date in a format such as "DD.MM.YYYY"',
    run: formatDate,
  },
  {
    signature: 'same(string, string): bool',
    usage: 'same(text, other)',
    description: 'true if both are equal, ignoring case',
    run: isSame,
  },
  {
    signature: 'oneOf(string, list<string>): bool',
    usage: 'oneOf(text, list)',
    description: 'true if the list contains the text, ignoring case',
    run: (text: string, texts: readonly string[]) => texts.some((candidate) => isSame(text, candidate)),
  },
];

/** True if two strings are equal, ignoring case, leading and trailing spaces, and the composition of accents. */
export function isSame(a: string, b: string): boolean {
  return toComparable(a) === toComparable(b);
}

/** Normalizes a text for the comparison of `isSame`. */
export function toComparable(text: string): string {
  return text.normalize('NFC').trim().toLowerCase();
}

/** The first `most` characters (whole Unicode code points); empty for a number below 1. */
export function truncate(text: string, most: bigint | number): string {
  const limit = Number(most);
  // A string has at most as many code points as code units, so most strings need no split.
  return text.length <= limit ? text : Array.from(text).slice(0, Math.max(0, limit)).join('');
}
