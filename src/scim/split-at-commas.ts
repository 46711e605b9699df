// Splits a list of attribute names at commas.
/**
 * Splits at commas outside brackets and double quotes, as in `userName,emails[value eq "a,b"]`. Trims each name and drops empty names. Runs
 * in linear time.
 */
export function splitAtCommas(text: string): readonly string[] {
  const pieces: string[] = [];
  let start = 0;
  let quoted = false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quoted && character === '\\') at++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === '[') depth++;
    else if (!quoted && character === ']') depth--;
    else if (character === ',' && !quoted && depth <= 0) {
      pieces.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...pieces, text.slice(start)].map((piece) => piece.trim()).filter((piece) => piece !== '');
}
