import type { Command } from 'commander';
import type { TextFile } from './source-files.ts';

/** A fenced block: its language in lower case (empty if missing) and its text. `line` counts from 1. */
export interface Block {
  readonly language: string;
  readonly line: number;
  readonly text: string;
}

/** The fenced blocks of a Markdown file. */
export function readBlocks({ text }: Pick<TextFile, 'text'>): readonly Block[] {
  return [...text.matchAll(/^(?<fence>`{3,})[ ]*(?<language>[\w-]*)[^\n]*\n(?<body>[\s\S]*?)^\k<fence>[ ]*$/gm)].map((match) => ({
    language: (match.groups?.['language'] ?? '').toLowerCase(),
    line: text.slice(0, match.index).split('\n').length,
    text: match.groups?.['body'] ?? '',
  }));
}

const shells = new Set(['', 'sh', 'bash', 'shell', 'console', 'powershell', 'text', 'dockerfile', 'yaml']);

/** All lines that a reader can type: lines of code blocks and code spans, with continued lines joined. */
export function readTyped(file: Pick<TextFile, 'text'>): readonly string[] {
  const lines = readBlocks(file)
    .filter(({ language }) => shells.has(language))
    .flatMap(({ text }) => text.replaceAll(/\s*\\\n\s*/g, ' ').split('\n'));
  const prose = file.text.replaceAll(/^(`{3,})[\s\S]*?^\1[ ]*$/gm, '');
  return [...lines, ...[...prose.matchAll(/`([^`\n]+)`/g)].map(([, span]) => span ?? '')];
}

/** The npm scripts that a page tells the reader to run (`npm run NAME`, `npm test`, `npm start`). */
export function readNpmScripts(typed: readonly string[]): readonly string[] {
  return typed.flatMap((line) => [
    ...[...line.matchAll(/\bnpm run (?:-s |--silent )?([\w:-]+)/g)].map(([, name]) => name ?? ''),
    ...[...line.matchAll(/\bnpm (test|start)\b/g)].map(([, name]) => name ?? ''),
  ]);
}

/** The arguments of `vestibule` in the commands of a page, up to a comment, a pipe, a bracket or the end. */
export function readCommandLines(typed: readonly string[]): readonly (readonly string[])[] {
  return typed.flatMap((line) => {
    // Another program in the container: the service has the same name as Vestibule's program.
    if (/\bdocker compose exec vestibule (?!vestibule\b)/.test(line)) return [];
    const found = /(?:^|[\s"'(])(?:\.\/|\.\\|\/[\w./-]+\/)?vestibule(?=\s+[a-z-])\s+(.*)$/.exec(line);
    const words = (found?.[1] ?? '').replace(/\s+#.*$|[|;)>].*$|&&.*$/, '').match(/"[^"]*"|'[^']*'|\S+/g);
    // `docker compose exec vestibule vestibule status`: the service and the program have the same name.
    return words === null ? [] : [words[0] === 'vestibule' ? words.slice(1) : words];
  });
}

/**
 * Describes the fault of a command line, or returns `undefined`. Values of options and arguments are not checked, because manuals contain
 * placeholders.
 */
export function judgeCommandLine(program: Command, words: readonly string[]): string | undefined {
  let command = program;
  let index = 0;
  for (; index < words.length && command.commands.length > 0; index += 1) {
    const word = words[index] ?? '';
    if (word.startsWith('-')) break;
    const next = command.commands.find((one) => word.split('|').includes(one.name()));
    if (next === undefined) return `there is no command ${[...words.slice(0, index), word].join(' ')}`;
    // "token create|list|extend|revoke" names several commands: all must exist.
    const missing = word.split('|').find((name) => !command.commands.some((one) => one.name() === name));
    if (missing !== undefined) return `there is no command ${[...words.slice(0, index), missing].join(' ')}`;
    command = next;
  }
  const known = new Set([
    ...command.options.flatMap(({ long, short }) => [long, short]),
    '--help',
    '-h',
    ...program.options.map(({ long }) => long),
  ]);
  const options = words.slice(index).flatMap((word) => word.match(/(?<![\w-])--?[a-zA-Z][\w-]*/g) ?? []);
  const unknown = options.find((option) => !known.has(option));
  return unknown === undefined ? undefined : `${command.name()} has no option ${unknown}`;
}

/** The targets of Markdown links to files, with their fragments. `path` is empty for a link within the file. */
export function readLinks({ text }: Pick<TextFile, 'text'>): readonly { readonly path: string; readonly fragment: string }[] {
  const prose = text.replaceAll(/^(`{3,})[\s\S]*?^\1[ ]*$/gm, '').replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)]
    .map(([, target]) => target ?? '')
    .filter((target) => !/^[a-z][a-z+.-]*:/i.test(target))
    .map((target) => ({ path: decodeURI(target.split('#')[0] ?? ''), fragment: target.split('#')[1] ?? '' }));
}

/** The fragments of a Markdown file's headings, as GitHub generates them. */
export function readFragments({ text }: Pick<TextFile, 'text'>): ReadonlySet<string> {
  const prose = text.replaceAll(/^(`{3,})[\s\S]*?^\1[ ]*$/gm, '');
  return new Set([...prose.matchAll(/^#{1,6}\s+(.+?)\s*$/gm)].map(([, heading]) => toFragment(heading ?? '')));
}

/** The fragment of a heading, as GitHub generates it. */
export function toFragment(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}
