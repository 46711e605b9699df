// Quotes a word for a shell.
/** Shells by the way they quote: sh, bash and zsh; cmd.exe and PowerShell, for which one form has to do. */
export type Shell = 'posix' | 'windows';

/** Texts that shells take for one word as they stand. */
const plain: Readonly<Record<Shell, RegExp>> = { posix: /^[\w.@+:/-]+$/, windows: /^(?!@)[\w.@+:/\\-]+$/ };

/** Characters that bash interprets inside double quotes. Other backslashes are unchanged there. */
const special = /["$`!]|\\\\|\\$/;

/**
 * One word of a command line that we propose, so that it can be pasted: `anna@contoso.com`, `"d'arcy@contoso.com"`,
 * `'5$@contoso.com'`. Double quotes where they are enough, since every shell knows them. On Windows there is no quoting that both
 * shells understand for `"`, `%`, `$` and a backtick: a text with one of them has double quotes all the same.
 */
export function toShellWord(text: string, shell: Shell = 'posix'): string {
  if (plain[shell].test(text)) return text;
  // A backslash before the last quotation mark would belong to the mark.
  if (shell === 'windows') return `"${text.replaceAll('"', '""').replace(/\\+$/, '$&$&')}"`;
  return special.test(text) ? `'${text.replaceAll("'", `'\\''`)}'` : `"${text}"`;
}
