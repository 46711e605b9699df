// Converts text to ASCII for the function `ascii`.
/** Letters that Unicode does not take apart into a base letter and a mark, and the typographic signs that names contain. */
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
 * A text in the 128 signs of ASCII: letters lose their marks (Jörg becomes Jorg, Łukasz Lukasz, Strauß Strauss). What has no
 * Latin base (中, я) becomes `?`, so that a loss is seen.
 */
export function toAscii(text: string): string {
  let result = '';
  for (const sign of text.normalize('NFKD').replace(/\p{Mark}/gu, '')) {
    result += sign <= '\u007f' ? sign : (replacements[sign] ?? '?');
  }
  return result;
}
