import { readBlocks, toFragment } from './documents.ts';
import type { TextFile } from './source-files.ts';

/** A fact of a page such as `docs/entra-facts.md`: the fragment of its heading, and its text without the heading. */
export interface Fact {
  readonly fragment: string;
  readonly text: string;
}

/** The facts of a page, one per heading of the third level. */
export function readFacts({ text }: Pick<TextFile, 'text'>): readonly Fact[] {
  return [...text.matchAll(/^### (?<heading>.+)\n(?<body>[\s\S]*?)(?=^#{1,3} |^\[[\w-]+\]: |(?![\s\S]))/gm)].map((match) => ({
    fragment: toFragment(match.groups?.['heading'] ?? ''),
    text: (match.groups?.['body'] ?? '').trim(),
  }));
}

/** True if the last paragraph of a fact names its source. */
export function hasEvidence({ text }: Fact): boolean {
  return /^(?:Documented|Observed|Inferred|Unknown|Measured)\b/.test(text.split('\n\n').at(-1) ?? '');
}

/** The labels of reference links that a page uses without defining them, or defines without using them. */
export function findLooseLabels({ text }: Pick<TextFile, 'text'>): readonly string[] {
  const used = new Set([...text.matchAll(/\]\[([\w-]+)\]/g)].map(([, label = '']) => label));
  const defined = new Set([...text.matchAll(/^\[([\w-]+)\]: /gm)].map(([, label = '']) => label));
  return [...[...used].filter((label) => !defined.has(label)), ...[...defined].filter((label) => !used.has(label))].toSorted();
}

/**
 * A reference to a page of the manual in any text, such as `docs/entra-facts.md#manager`; `fragment` is empty for a reference to the whole
 * page.
 */
export interface Mention {
  readonly path: string;
  readonly fragment: string;
}

/** All references to pages of the manual by path in a text, including repeated ones. */
export function readMentions({ text }: Pick<TextFile, 'text'>): readonly Mention[] {
  return [...text.matchAll(/(?<![\w/])(docs\/[\w-]+\.md)(?:#([\w-]+))?/g)].map(([, path = '', fragment = '']) => ({ path, fragment }));
}

/** References that no reader of the repository can open: notes, guides and folders outside it, and file names that do not exist in it. */
export function findOutside(file: TextFile, known: ReadonlySet<string>): readonly string[] {
  const words = file.text.match(/\bfact sheets?\b|\b(?:DESIGN|STYLE)(?:\.md| section)\b|(?<![\w.])\/work\/\S*/g) ?? [];
  // Manuals contain invented names in blocks; in code, an invented name is a value in single quotes.
  const prose = readBlocks(file).reduce((rest, { text }) => rest.replace(text, ''), file.text);
  const pages = [...prose.matchAll(/(?<![\w/'-])([\w.-]+\.md)\b/g)].map(([, name = '']) => name);
  return [...words, ...pages.filter((name) => !known.has(name))];
}

/** Section signs without a standard in the previous 1,500 characters. */
export function findBareSections({ text }: TextFile): readonly string[] {
  return [...text.matchAll(/§[\d.]+/g)]
    .filter(({ index }) => !/RFC[\s*]+\d{4}|WHATWG|XML Schema/.test(text.slice(Math.max(0, index - 1_500), index)))
    .map(([sign]) => sign);
}
