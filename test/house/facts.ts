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

/** True when the last paragraph of a fact says where the fact comes from. */
export function hasEvidence({ text }: Fact): boolean {
  return /^(?:Documented|Observed|Inferred|Unknown|Measured)\b/.test(text.split('\n\n').at(-1) ?? '');
}

/** The labels of reference links that a page uses without defining them, or defines without using them. */
export function findLooseLabels({ text }: Pick<TextFile, 'text'>): readonly string[] {
  const used = new Set([...text.matchAll(/\]\[([\w-]+)\]/g)].map(([, label = '']) => label));
  const defined = new Set([...text.matchAll(/^\[([\w-]+)\]: /gm)].map(([, label = '']) => label));
  return [...[...used].filter((label) => !defined.has(label)), ...[...defined].filter((label) => !used.has(label))].toSorted();
}

/** A mention of a page of the manual in any text, such as `docs/entra-facts.md#manager`; `fragment` is empty for the page alone. */
export interface Mention {
  readonly path: string;
  readonly fragment: string;
}

/** The pages of the manual that a text mentions by their path, each as often as it does. */
export function readMentions({ text }: Pick<TextFile, 'text'>): readonly Mention[] {
  return [...text.matchAll(/(?<![\w/])(docs\/[\w-]+\.md)(?:#([\w-]+))?/g)].map(([, path = '', fragment = '']) => ({ path, fragment }));
}

/** Sources that no reader of the repository can open: notes, guides and folders beside it, and file names that exist nowhere in it. */
export function findOutside(file: TextFile, known: ReadonlySet<string>): readonly string[] {
  const words = file.text.match(/\bfact sheets?\b|\b(?:DESIGN|STYLE)(?:\.md| section)\b|(?<![\w.])\/work\/\S*/g) ?? [];
  // Manuals show made-up names in blocks; a made-up name in a text of code is a value in single quotes.
  const prose = readBlocks(file).reduce((rest, { text }) => rest.replace(text, ''), file.text);
  const pages = [...prose.matchAll(/(?<![\w/'-])([\w.-]+\.md)\b/g)].map(([, name = '']) => name);
  return [...words, ...pages.filter((name) => !known.has(name))];
}

/** Section signs without the standard that they belong to: the 1,500 characters before it name none. */
export function findBareSections({ text }: TextFile): readonly string[] {
  return [...text.matchAll(/§[\d.]+/g)]
    .filter(({ index }) => !/RFC[\s*]+\d{4}|WHATWG|XML Schema/.test(text.slice(Math.max(0, index - 1_500), index)))
    .map(([sign]) => sign);
}
