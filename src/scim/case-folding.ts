// Folds the case and width of text for comparison.
const ascii = /^[\0-\x7f]*$/;
const wideOrNarrow = /[\u3000\uff01-\uffee]/g;

/**
 * Folds text for comparisons that ignore case: maps full-width and half-width characters, converts to lower case, and composes (NFC). These
 * are the steps of the PRECIS profile UsernameCaseMapped (RFC 8265 §3.3.2), which RFC 7644 §5 requires for userName. All attributes use
 * this fold, so that filters, sort orders and the indexes of a store always agree. Never throws; idempotent.
 */
export function fold(text: string): string {
  if (ascii.test(text)) return text.toLowerCase();
  return (
    text
      .replaceAll(wideOrNarrow, (character) => character.normalize('NFKC'))
      .toLowerCase()
      // Final sigma: the lower case of Σ depends on the next character, so a prefix of a text could fold differently from the text.
      .replaceAll('ς', 'σ')
      .normalize('NFC')
  );
}

/**
 * Compares strings by code point: negative, 0 or positive. JavaScript's `<` compares UTF-16 units, which databases do not: it would sort
 * U+FF5E after U+1F600.
 */
export function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  if (at === length) return a.length - b.length;
  return toRank(a.charCodeAt(at)) - toRank(b.charCodeAt(at));
}

/** A surrogate sorts after all other units, because characters with two units have the highest code points. */
function toRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
