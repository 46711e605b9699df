// Quotes a word for a shell.
/** Shells by their quoting rules: `posix` for sh, bash and zsh; `windows` for cmd.exe and PowerShell, which share one form. */
export type Shell = 'posix' | 'windows';

/** Texts that need no quoting in a shell. */
const plain: Readonly<Record<Shell, RegExp>> = { posix: /^[\w.@+:/-]+$/, windows: /^(?!@)[\w.@+:/\\-]+$/ };

/** Characters that bash interprets inside double quotes. Other backslashes are literal there. */
const special = /["$`!]|\\\\|\\$/;

/**
 * Quotes one word of a proposed command, so that the command can be pasted: `anna@contoso.com`, `"d'arcy@contoso.com"`, `'5$@contoso.com'`.
 * Uses double quotes if possible, because every shell supports them. On Windows, no quoting of `"`, `%`, `$` and a backtick works in both
 * shells; words with these characters also get double quotes.
 */
export function toShellWord(text: string, shell: Shell = 'posix'): string {
  if (plain[shell].test(text)) return text;
  // A single backslash before the closing quotation mark would escape the mark.
  if (shell === 'windows') return `"${text.replaceAll('"', '""').replace(/\\+$/, '$&$&')}"`;
  return special.test(text) ? `'${text.replaceAll("'", `'\\''`)}'` : `"${text}"`;
}
