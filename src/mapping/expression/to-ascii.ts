// Converts text to ASCII for the function `ascii`.
/** Letters without a Unicode decomposition into a base letter and a mark, and typographic characters that occur in names. */
const replacements: Readonly<Record<string, string>> = {
  ß: 'ss',
  ẞ: 'SS',
  æ: 'ae',
  Æ: 'AE',
  œ: 'oe',
  Œ: 'OE',
  ø: 'o',
  Ø: 'O',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  ð: 'd',
  Ð: 'D',
  þ: 'th',
  Þ: 'Th',
  ħ: 'h',
  Ħ: 'H',
  ı: 'i',
  ŋ: 'n',
  Ŋ: 'N',
  '\u2018': "'",
  '\u2019': "'",
  '\u201c': '"',
  '\u201d': '"',
  '\u2013': '-',
  '\u2014': '-',
  '\u00a0': ' ',
};

/**
 * Converts a text to ASCII: letters lose their marks (Jörg becomes Jorg, Łukasz Lukasz, Strauß Strauss). A character without a Latin base
 * (中, я) becomes `?`, so that the loss is visible.
 */
export function toAscii(text: string): string {
  let result = '';
  for (const sign of text.normalize('NFKD').replace(/\p{Mark}/gu, '')) {
    result += sign <= '\u007f' ? sign : (replacements[sign] ?? '?');
  }
  return result;
}
