// Quotes a word for a shell.
/** Shells by the way they quote: sh, bash and zsh; cmd.exe and PowerShell, for which one form has to do. */
export type Shell = 'posix' | 'windows';

/** Texts that need no quoting in a shell. */
const plain: Readonly<Record<Shell, RegExp>> = { posix: /^[\w.@+:/-]+$/, windows: /^(?!@)[\w.@+:/\\-]+$/ };

/** Characters that bash interprets inside double quotes. Other backslashes are unchanged there. */
const special = /["$`!]|\\\\|\\$/;

/**
 * One word of a command line that we propose, so that it can be pasted: `anna@contoso.com`, `"d'arcy@contoso.com"`,
 * `'5$@contoso.com'`. Uses double quotes where possible, because every shell supports them. On Windows, no quoting works in both
 * shells for `"`, `%`, `$` and a backtick; such texts get double quotes too.
 */
export function toShellWord(text: string, shell: Shell = 'posix'): string {
  if (plain[shell].test(text)) return text;
  // A backslash before the last quotation mark would belong to the mark.
  if (shell === 'windows') return `"${text.replaceAll('"', '""').replace(/\\+$/, '$&$&')}"`;
  return special.test(text) ? `'${text.replaceAll("'", `'\\''`)}'` : `"${text}"`;
}
