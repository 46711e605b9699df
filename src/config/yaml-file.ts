import { isAlias, isCollection, isMap, isNode, isPair, isScalar, LineCounter, parseDocument, visit, type Document, type Pair } from 'yaml';
import type { Problem } from '../domain/errors.ts';

/** Keys from the top of a file to a value; list elements count from 0. */
export type Path = readonly (string | number)[];

/** A YAML file that was read: its content as JSON values, and where each of them is written. */
export interface YamlFile {
  readonly file: string;
  readonly value: unknown;
  /** Line of the value at `path`, from 1; of the nearest value around it when there is none there. */
  lineOf(path: Path): number;
  /** Line of the key at the end of `path`: for keys that should not be there. */
  lineOfKey(path: Path): number;
  /** How many keys of `path` lead to something that is written in this file. */
  depthOf(path: Path): number;
  /** A scalar as it is written (`007`), or `undefined` where `path` leads to something else. */
  sourceOf(path: Path): string | undefined;
}

/**
 * Reads the text of a YAML file. What YAML would pass over in silence is a problem here: duplicate keys, tags, several documents,
 * keys that are no text, aliases. With problems there is no file, unless keys that are there twice are all: the first of each counts then.
 */
export function parseYaml(file: string, text: string): { readonly yaml?: YamlFile; readonly problems: readonly Problem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: false, uniqueKeys: false });
  const lineAt = (offset: number) => lines.linePos(offset).line;
  const problems = [
    ...[...document.errors, ...document.warnings.filter(({ code }) => code !== 'TAG_RESOLVE_FAILED')].map(({ message, pos }) =>
      toProblem(file, lineAt(pos[0]), message),
    ),
    ...findSurprises(document, file, lineAt),
  ];
  if (problems.length > 0) return { problems: [...problems, ...dropRepeatedKeys(document, file, lineAt)] };
  // Whatever else is wrong is found in what is left.
  const repeated = dropRepeatedKeys(document, file, lineAt);
  return { yaml: toYamlFile(file, document, lineAt), problems: repeated };
}

/** How a path is shown: dotted, keys that contain a dot or bracket in quotes. */
export function showPath(path: Path): string {
  return path.map((key) => (typeof key === 'string' && /[.[\]"]/.test(key) ? JSON.stringify(key) : String(key))).join('.');
}

function toProblem(file: string, line: number, message: string, hint?: string): Problem {
  return { file, line, path: '', message, level: 'problem', ...(hint !== undefined && { hint }) };
}

/** What is valid YAML and nearly always a slip: tags, keys that are no text, aliases. */
function findSurprises(document: Document, file: string, lineAt: (offset: number) => number): readonly Problem[] {
  const found: Problem[] = [];
  const lineOf = (node: unknown) => lineAt(isNode(node) ? (node.range?.[0] ?? 0) : 0);
  visit(document, {
    Node: (_key, node) => {
      if (isAlias(node)) found.push(toProblem(file, lineOf(node), `*${node.source} is an alias`, 'write the value again'));
      else if (node.tag !== undefined) {
        found.push(
          toProblem(
            file,
            lineOf(node),
            `${showTag(node.tag)} is read as a YAML tag`,
            'write the text in single quotes: a ! at its beginning makes a tag',
          ),
        );
      }
    },
    Pair: (_key, { key }: Pair) => {
      if (isScalar(key) && key.value === '__proto__') {
        found.push(toProblem(file, lineOf(key), 'the key __proto__ cannot be used', 'choose another name'));
      } else if (isScalar(key) && typeof key.value !== 'string') {
        found.push(toProblem(file, lineOf(key), `the key ${key.source ?? ''} is no text`, `write it in quotes: '${key.source ?? ''}'`));
      } else if (isCollection(key)) {
        found.push(toProblem(file, lineOf(key), 'a list or map is used as a key', 'write the text in quotes'));
      }
    },
  });
  return found;
}

/** Takes keys that are there twice out of the document, but for the first, and names them. */
function dropRepeatedKeys(document: Document, file: string, lineAt: (offset: number) => number): readonly Problem[] {
  const found: Problem[] = [];
  const lineOf = (key: unknown) => lineAt(isNode(key) ? (key.range?.[0] ?? 0) : 0);
  visit(document, {
    Map: (_key, map) => {
      const first = new Map<unknown, unknown>();
      map.items = map.items.filter(({ key }) => {
        const name = isScalar(key) ? key.value : key;
        const earlier = first.get(name);
        first.set(name, earlier ?? key);
        if (earlier === undefined) return true;
        found.push(
          toProblem(file, lineOf(key), `the key ${String(name)} is there twice`, `the first one is in line ${lineOf(earlier)}: keep one`),
        );
        return false;
      });
    },
  });
  return found;
}

function showTag(tag: string): string {
  return tag.replace(/^tag:yaml\.org,2002:/, '!!');
}

function toYamlFile(file: string, document: Document, lineAt: (offset: number) => number): YamlFile {
  const lineOfNode = (node: unknown) => lineAt(isNode(node) ? (node.range?.[0] ?? 0) : 0);
  return {
    file,
    value: document.toJS() as unknown,
    lineOf: (path) => lineOfNode(follow(document, path).at(-1)),
    lineOfKey: (path) => lineOfNode(keyAt(document, path) ?? follow(document, path).at(-1)),
    depthOf: (path) => follow(document, path).length - 1,
    sourceOf: (path) => {
      const nodes = follow(document, path);
      const node = nodes.at(-1);
      return nodes.length === path.length + 1 && isScalar(node) ? (node.source ?? '') : undefined;
    },
  };
}

/** The nodes from the top along `path`, as far as they go. */
function follow(document: Document, path: Path): readonly unknown[] {
  const nodes: unknown[] = [document.contents];
  for (const key of path) {
    const node = nodes.at(-1);
    const next: unknown = isCollection(node) ? node.get(key, true) : undefined;
    if (!isNode(next)) break;
    nodes.push(next);
  }
  return nodes;
}

function keyAt(document: Document, path: Path): unknown {
  const around = follow(document, path.slice(0, -1));
  const map = around.length === path.length ? around.at(-1) : undefined;
  if (!isMap(map)) return undefined;
  return map.items.find((pair) => isPair(pair) && isScalar(pair.key) && pair.key.value === path.at(-1))?.key;
}
