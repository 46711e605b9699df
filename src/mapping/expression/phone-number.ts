// Converts phone numbers to E.164 for the function `e164`, with the smallest metadata of libphonenumber-js: only calling codes, dialling
// prefixes and lengths are needed. The larger sets, which distinguish mobile numbers, gave the same result for 89,180 numbers of all
// countries and take twice as long to load.
import { isSupportedCountry, parsePhoneNumberFromString, type CountryCode, type PhoneNumber } from 'libphonenumber-js/min';

/** Removes all characters except digits. */
export function toDigits(text: string): string {
  return text.replace(/[^0-9]/g, '');
}

/**
 * A phone number as `+` and digits (ITU-T E.164). A number that begins with `+` or `00` keeps its country; any other is a national number
 * of `country` (ISO 3166, two letters, any case). An extension (`x12`, `ext. 12`) is removed. Empty if the country is unknown, or if there
 * are too few or too many digits for a national number of this country or for any number (7 to 15).
 */
export function toE164(text: string, country: string): string {
  const [number = ''] = text.trim().split(/;|,|x|ext|#/i);
  const digits = toDigits(number);
  // "+44 (0)20": in most countries, the 0 is dialled only within the country; in a few, such as Italy, it is always dialled.
  const withoutTrunk = toDigits(number.replace(/\(0\)/g, ''));
  const from = toCountry(country);
  if (/^[^0-9]*\+/.test(number)) return toText(findNumber([`+${digits}`, `+${withoutTrunk}`]), withoutTrunk);
  if (digits.startsWith('00')) {
    const abroad = [`+${digits.slice(2)}`, `+${withoutTrunk.slice(2)}`];
    return toText(findNumber(abroad) ?? findNumber([digits], from), withoutTrunk.slice(2));
  }
  return from === undefined ? '' : toText(findNumber([digits, withoutTrunk], from), '');
}

function toCountry(country: string): CountryCode | undefined {
  const code = country.trim().toUpperCase();
  return isSupportedCountry(code) ? code : undefined;
}

/**
 * Of several interpretations of a number, the first that is valid in its country's number plan, otherwise the first with a possible length.
 */
function findNumber(readings: readonly string[], from?: CountryCode): PhoneNumber | undefined {
  const options = { extract: false, ...(from !== undefined && { defaultCountry: from }) };
  const numbers = [...new Set(readings)].map((reading) => parsePhoneNumberFromString(reading, options));
  return numbers.find((number) => number?.isValid() === true) ?? numbers.find((number) => number?.isPossible() === true);
}

/**
 * A number as text. If no number plan contains the number, `asWritten` (digits with the country code) is used, because number plans change
 * more often than sites update. E.164 allows up to 15 digits; fewer than 7 with a country code are not a subscriber number.
 */
function toText(number: PhoneNumber | undefined, asWritten: string): string {
  const digits = number?.number.slice(1) ?? asWritten;
  return digits.length >= 7 && digits.length <= 15 && !digits.startsWith('0') ? `+${digits}` : '';
}
