// Replaces secret values in strings by `[hidden]`.
/** Shorter values are not replaced: hiding every "1" in a line would make the line unreadable. */
const shortest = 4;

/**
 * Creates a function that replaces every occurrence of the given values by `[hidden]`, longest first: in plain text, and as encoded in a
 * URL, in JSON, and in Base64. Values under 4 characters are not replaced. The function is pure; without values, it returns its argument.
 */
export function openRedactor(values: readonly string[]): (text: string) => string {
  const forms = values.filter((value) => value.length >= shortest).flatMap(formsOf);
  const hidden = [...new Set(forms)].sort((a, b) => b.length - a.length);
  return (text) => hidden.reduce((cleaned, value) => cleaned.replaceAll(value, '[hidden]'), text);
}

/** The encodings of a value: a product may echo a value in the form in which it was sent. */
function formsOf(value: string): readonly string[] {
  const escaped = encodeURIComponent(value.toWellFormed());
  return [
    value,
    // On one line, as reasons are stored.
    value.replace(/[\p{Cc}\s]+/gu, ' ').trim(),
    escaped,
    escaped.replaceAll('%20', '+'),
    // As in the path of a URL: characters that are valid in a URL stay.
    value.replace(/[^\x21-\x7e]|["<>\\^`|#]/gu, (character) => encodeURIComponent(character.toWellFormed())),
    JSON.stringify(value).slice(1, -1),
    Buffer.from(value).toString('base64').replace(/=+$/, ''),
  ];
}
