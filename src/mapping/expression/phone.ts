/** A country's calling code, and the digits that are dialled before a national number inside the country (none: an empty text). */
interface Numbering {
  readonly code: string;
  readonly trunk: string;
}

/** By ISO 3166 code; calling codes of ITU-T E.164. Trunk digits belong to the number in Italy, so none are taken away there. */
const countries: Readonly<Record<string, Numbering>> = {
  AE: { code: '971', trunk: '0' },
  AT: { code: '43', trunk: '0' },
  AU: { code: '61', trunk: '0' },
  BE: { code: '32', trunk: '0' },
  BG: { code: '359', trunk: '0' },
  BR: { code: '55', trunk: '0' },
  CA: { code: '1', trunk: '1' },
  CH: { code: '41', trunk: '0' },
  CN: { code: '86', trunk: '0' },
  CZ: { code: '420', trunk: '' },
  DE: { code: '49', trunk: '0' },
  DK: { code: '45', trunk: '' },
  EE: { code: '372', trunk: '' },
  ES: { code: '34', trunk: '' },
  FI: { code: '358', trunk: '0' },
  FR: { code: '33', trunk: '0' },
  GB: { code: '44', trunk: '0' },
  GR: { code: '30', trunk: '' },
  HK: { code: '852', trunk: '' },
  HR: { code: '385', trunk: '0' },
  HU: { code: '36', trunk: '06' },
  IE: { code: '353', trunk: '0' },
  IL: { code: '972', trunk: '0' },
  IN: { code: '91', trunk: '0' },
  IT: { code: '39', trunk: '' },
  JP: { code: '81', trunk: '0' },
  KR: { code: '82', trunk: '0' },
  LI: { code: '423', trunk: '' },
  LU: { code: '352', trunk: '' },
  LV: { code: '371', trunk: '' },
  MX: { code: '52', trunk: '' },
  NL: { code: '31', trunk: '0' },
  NO: { code: '47', trunk: '' },
  NZ: { code: '64', trunk: '0' },
  PL: { code: '48', trunk: '' },
  PT: { code: '351', trunk: '' },
  RO: { code: '40', trunk: '0' },
  RS: { code: '381', trunk: '0' },
  SE: { code: '46', trunk: '0' },
  SG: { code: '65', trunk: '' },
  SI: { code: '386', trunk: '0' },
  SK: { code: '421', trunk: '0' },
  TR: { code: '90', trunk: '0' },
  UA: { code: '380', trunk: '0' },
  US: { code: '1', trunk: '1' },
  ZA: { code: '27', trunk: '0' },
};

/** The digits of a text, in their order; nothing else. */
export function toDigits(text: string): string {
  return text.replace(/[^0-9]/g, '');
}

/**
 * A phone number as `+` and digits (ITU-T E.164). A number that begins with `+` or `00` keeps its country; any other is a national
 * number of `country` (ISO 3166, two letters, any case). An extension (`x12`, `ext. 12`) is left out. Empty when no such number can
 * be made: a country that is not in the table, too few or too many digits.
 */
export function toE164(text: string, country: string): string {
  const [number = ''] = text.trim().split(/;|,|x|ext|#/i);
  const digits = toDigits(number.replace(/\(0\)/g, ''));
  if (/^[^0-9]*\+/.test(number)) return withinLimits(digits);
  if (digits.startsWith('00')) return withinLimits(digits.slice(2));
  const numbering = countries[country.trim().toUpperCase()];
  if (numbering === undefined || digits === '') return '';
  const { code, trunk } = numbering;
  // 011 is what North America dials where others dial 00.
  if (code === '1' && digits.startsWith('011')) return withinLimits(digits.slice(3));
  return withinLimits(code + (trunk !== '' && digits.startsWith(trunk) ? digits.slice(trunk.length) : digits));
}

/** E.164 allows 15 digits; fewer than 7 with a country code are no subscriber's number. */
function withinLimits(digits: string): string {
  return digits.length >= 7 && digits.length <= 15 && !digits.startsWith('0') ? `+${digits}` : '';
}
