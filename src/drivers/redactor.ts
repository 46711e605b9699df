/** Shorter values are left alone: taking every "1" out of a line would hide nothing and spoil everything. */
const SHORTEST = 4;

/**
 * Makes a function that replaces every occurrence of the given values by `[hidden]`, longest first. Values under 4 characters
 * are left alone. Pure; without values it returns its argument.
 */
export function openRedactor(values: readonly string[]): (text: string) => string {
  const hidden = [...new Set(values)].filter((value) => value.length >= SHORTEST).sort((a, b) => b.length - a.length);
  return (text) => hidden.reduce((cleaned, value) => cleaned.replaceAll(value, '[hidden]'), text);
}
