/** Texts that every shell takes for one word as they stand. */
const plain = /^[\w.@+:/-]+$/;

/** What bash expands or ends inside double quotes. Other backslashes stay as they are there. */
const special = /["$`!]|\\\\|\\$/;

/**
 * One word of a command line that we propose, so that it can be pasted into bash: `anna@contoso.com`, `"d'arcy@contoso.com"`,
 * `'5$@contoso.com'`. Double quotes where they are enough, since other shells know them too.
 */
export function toShellWord(text: string): string {
  if (plain.test(text)) return text;
  return special.test(text) ? `'${text.replaceAll("'", `'\\''`)}'` : `"${text}"`;
}
