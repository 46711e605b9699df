// Validates a string value.
import { invalidValue } from './errors.ts';
import { fold } from './case-folding.ts';
import type { Attribute } from './schema/compile-schemas.ts';

/**
 * Validates a text. Returns it exactly as sent or throws; never truncates, trims or corrects it.
 * @throws {ScimError} invalidValue, naming the attribute but not the text, for characters that databases and Targets cannot return
 * unchanged (U+0000, half of a surrogate pair), and for a value outside a closed list.
 */
export function parseText(attribute: Attribute, text: string): string {
  const { path, closed } = attribute;
  if (text.includes('\0') || !text.isWellFormed()) {
    throw invalidValue(path, 'contains a character that cannot be stored (U+0000, or half of a surrogate pair)');
  }
  if (closed && !closed.has(attribute.caseExact ? text : fold(text))) {
    throw invalidValue(path, `must be one of the declared values: ${[...closed.values()].join(', ')}`);
  }
  return text;
}

/** @throws {ScimError} invalidValue for a text that is too long for its attribute, regardless of the attribute's type. */
export function assertShortEnough({ path, maxCharacters }: Attribute, text: string): void {
  if (text.length > maxCharacters) throw invalidValue(path, `is longer than ${maxCharacters} characters`);
}

// Invisible characters: white space, controls, format characters (a zero-width space, a byte order mark), and two characters that are
// displayed as blanks but have another category (U+2800, U+3164).
const invisible = /^[\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800\u3164]*$/u;

/** Whether a text has no visible character. People could not tell such names apart. */
export function isInvisible(text: string): boolean {
  return invisible.test(text);
}

/** Base64 or base64url of RFC 4648 §4 and §5, with or without padding and line breaks (RFC 7643 §2.3.6). */
export function isBase64(text: string): boolean {
  const [, digits = ''] = /^([\w+/-]*)={0,2}$/.exec(text.replaceAll(/\s/g, '')) ?? [];
  return digits !== '' && digits.length % 4 !== 1;
}
