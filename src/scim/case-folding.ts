// Folds the case and width of text for comparison.
const ascii = /^[\0-\x7f]*$/;
const wideOrNarrow = /[\u3000\uff01-\uffee]/g;

/**
 * Makes text comparable where SCIM ignores case: full-width and half-width characters mapped, lower case, composed. These are the steps of
 * PRECIS' UsernameCaseMapped (RFC 8265 §3.3.2), which RFC 7644 §5 wants for userName; there is one fold for all attributes, so that
 * filters, orders and the indexes of a store always agree. Never throws; folding twice changes nothing more.
 */
export function fold(text: string): string {
  if (ascii.test(text)) return text.toLowerCase();
  return (
    text
      .replaceAll(wideOrNarrow, (character) => character.normalize('NFKC'))
      .toLowerCase()
      // The small sigma at the end of a word: where a word ends depends on what follows, and a comparison may stop in the middle of it.
      .replaceAll('ς', 'σ')
      .normalize('NFC')
  );
}

/**
 * Order of texts by code point: negative, 0 or positive. JavaScript's `<` compares UTF-16 units, unlike databases: there U+FF5E would come
 * after U+1F600.
 */
export function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  if (at === length) return a.length - b.length;
  return toRank(a.charCodeAt(at)) - toRank(b.charCodeAt(at));
}

/** Units of a pair stand for characters behind all that have one unit. */
function toRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
