// Replaces secret values in texts.
/** Shorter values are left alone: taking every "1" out of a line would hide nothing and spoil everything. */
const shortest = 4;

/**
 * Makes a function that replaces every occurrence of the given values by `[hidden]`, longest first: as they are, and as they stand in a
 * URL, in JSON, and in Base64. Values under 4 characters are left alone. Pure; without values it returns its argument.
 */
export function openRedactor(values: readonly string[]): (text: string) => string {
  const forms = values.filter((value) => value.length >= shortest).flatMap(formsOf);
  const hidden = [...new Set(forms)].sort((a, b) => b.length - a.length);
  return (text) => hidden.reduce((cleaned, value) => cleaned.replaceAll(value, '[hidden]'), text);
}

/** A product echoes a value in the form in which it got it. */
function formsOf(value: string): readonly string[] {
  const escaped = encodeURIComponent(value.toWellFormed());
  return [
    value,
    // As one line, the way in which reasons are kept.
    value.replace(/[\p{Cc}\s]+/gu, ' ').trim(),
    escaped,
    escaped.replaceAll('%20', '+'),
    // As a path that is written out has it: what may stand in a URL stays.
    value.replace(/[^\x21-\x7e]|["<>\\^`|#]/gu, (character) => encodeURIComponent(character.toWellFormed())),
    JSON.stringify(value).slice(1, -1),
    Buffer.from(value).toString('base64').replace(/=+$/, ''),
  ];
}
