import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** The folder of the repository. */
export const root = join(import.meta.dirname, '..', '..');

/** One file: its path from the repository's folder with `/`, and its text. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
}

/** All files below a folder of the repository with this name ending, sorted by path; none if the folder does not exist. */
export function readFiles(folder: string, ending: string): readonly TextFile[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending) && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ path: relative(root, path).split(sep).join('/'), text: readFileSync(path, 'utf8') }));
}

/** Matches comments, strings and templates in one pass, so that `//` within a string is not a comment. */
const pieces = /(?<comment>\/\*[\s\S]*?\*\/|(?<![:\\])\/\/[^\n]*)|(?<text>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)/g;

/** The source without comments. Line ends stay, so that line numbers do not change. */
export function withoutComments(source: string): string {
  return source.replace(pieces, (found, comment: string | undefined) => (comment === undefined ? found : comment.replaceAll(/[^\n]/g, '')));
}

/** The source without comments and without the content of strings and templates. An approximation that is sufficient for formatted code. */
export function withoutTexts(source: string): string {
  return source.replace(pieces, (found, comment: string | undefined) =>
    comment === undefined ? found.slice(0, 1) + found.replaceAll(/[^\n]/g, '') + found.slice(-1) : comment.replaceAll(/[^\n]/g, ''),
  );
}
