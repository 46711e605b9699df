import { toAscii } from './ascii.ts';
import { formatDate } from './date.ts';
import { toDigits, toE164 } from './phone.ts';

/** One function of the language. Called one way only: `lower(email)`, never `email.lower()`. */
export interface LanguageFunction {
  /** In the notation of CEL: `name(types): type`. */
  readonly signature: string;
  /** For the manual: what it gives. */
  readonly description: string;
  readonly run: (...values: never[]) => string | boolean;
}

/** The functions that need nothing but their arguments. `lookup` and `memberOf` are made where tables and Groups are known. */
export const plainFunctions: readonly LanguageFunction[] = [
  { signature: 'lower(string): string', description: 'in small letters', run: (text: string) => text.toLowerCase() },
  { signature: 'upper(string): string', description: 'in capital letters', run: (text: string) => text.toUpperCase() },
  { signature: 'trim(string): string', description: 'without blanks at both ends', run: (text: string) => text.trim() },
  { signature: 'digits(string): string', description: 'only the digits', run: toDigits },
  {
    signature: 'e164(string, string): string',
    description: 'a phone number as + and digits, national ones with the code of a country (two letters); empty when that cannot be done',
    run: toE164,
  },
  {
    signature: 'ascii(string): string',
    description: 'without accents and other foreign signs; what has no Latin letter becomes ?',
    run: toAscii,
  },
  {
    signature: 'join(list<string>, string): string',
    description: 'the texts of a list with a separator between them',
    run: (texts: readonly string[], separator: string) => texts.join(separator),
  },
  {
    signature: 'default(string, string): string',
    description: 'the first text, or the second where the first is empty or blank',
    run: (text: string, otherwise: string) => (text.trim() === '' ? otherwise : text),
  },
  { signature: 'truncate(string, int): string', description: 'at most so many characters', run: truncate },
  { signature: 'date(string, string): string', description: 'an ISO date in another form, such as DD.MM.YYYY', run: formatDate },
  { signature: 'same(string, string): bool', description: 'equal, ignoring case and outer blanks', run: isSame },
  {
    signature: 'oneOf(string, list<string>): bool',
    description: 'equal to one of a list, ignoring case and outer blanks',
    run: (text: string, texts: readonly string[]) => texts.some((candidate) => isSame(text, candidate)),
  },
];

/** True when two texts are equal but for case, outer blanks and the way accents are composed. */
export function isSame(a: string, b: string): boolean {
  return toComparable(a) === toComparable(b);
}

/** The form in which two texts that are the same are equal. */
export function toComparable(text: string): string {
  return text.normalize('NFC').trim().toLowerCase();
}

/** The first `most` characters (Unicode code points, not halves of them); nothing for a number below 1. */
export function truncate(text: string, most: bigint | number): string {
  const limit = Number(most);
  // A text has at most as many code points as code units, so most texts are never taken apart.
  return text.length <= limit ? text : Array.from(text).slice(0, Math.max(0, limit)).join('');
}
