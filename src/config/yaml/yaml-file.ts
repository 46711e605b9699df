// Parses a YAML file, and maps paths to lines and columns.
import { isCollection, isMap, isNode, isPair, isScalar, LineCounter, parseDocument, visit, type Document, type Scalar } from 'yaml';
import type { Problem } from '../../domain/errors.ts';
import type { YamlFault } from './yaml-fault.ts';
import { locateInScalar } from './yaml-nodes.ts';
import { findSurprises, replaceCurlyQuotes } from './yaml-surprises.ts';
import { explainSyntax } from './yaml-syntax.ts';

/** Keys from the top of a file to a value; list elements count from 0. */
export type Path = readonly (string | number)[];

/** A position in a file; line and column count from 1. */
export interface FilePosition {
  readonly line: number;
  readonly column: number;
}

/** A parsed YAML file: its content as JSON values, and the position of each value. */
export interface YamlFile {
  readonly file: string;
  readonly value: unknown;
  /**
   * The position of the value at `path`, or of the nearest enclosing value. `offset`: the position of this character within a text, from 0.
   */
  positionOf(path: Path, offset?: number): FilePosition;
  /** The position of the key at the end of `path`, for invalid keys. */
  positionOfKey(path: Path): FilePosition;
  /** Number of keys of `path` that exist in this file. */
  depthOf(path: Path): number;
  /** A scalar as written (`007`); `undefined` if `path` does not lead to a scalar. */
  sourceOf(path: Path): string | undefined;
}

/** The text of one file, and the line and column of its characters. */
interface SourceText {
  readonly file: string;
  readonly text: string;
  readonly positionAt: (offset: number) => FilePosition;
}

/**
 * Parses the text of a YAML file. Reports duplicate keys, tags, several documents, keys that are not text, aliases and curly quotes, which
 * YAML accepts without an error. Invalid YAML is reported as one problem. With problems, the result has no file, except if all problems are
 * duplicate keys (the first key is used) or curly quotes (parsed as straight quotes).
 */
export function parseYaml(file: string, text: string): { readonly yaml?: YamlFile; readonly problems: readonly Problem[] } {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, stringKeys: false, uniqueKeys: false });
  const positionAt = (offset: number): FilePosition => {
    const { line, col } = counter.linePos(offset);
    return { line, column: col };
  };
  const source: SourceText = { file, text, positionAt };
  const surprises = findSurprises(text, document);
  const syntax = explainSyntax(text, document);
  if (syntax !== undefined) {
    // A tag or alias on the same line is the cause of the parser error.
    const { line } = positionAt(syntax.offset);
    return { problems: [toProblem(source, surprises.find(({ offset }) => positionAt(offset).line === line) ?? syntax)] };
  }
  // Further errors are found after these corrections.
  const corrected = [...replaceCurlyQuotes(document), ...dropRepeatedKeys(document, source)];
  const problems = [...surprises, ...corrected].map((fault) => toProblem(source, fault));
  return surprises.length > 0 ? { problems } : { yaml: toYamlFile(source, document), problems };
}

/** Formats a path for people: dotted, with quotes around keys that contain a dot or a bracket. */
export function showPath(path: Path): string {
  return path.map((key) => (typeof key === 'string' && /[.[\]"]/.test(key) ? JSON.stringify(key) : String(key))).join('.');
}

function toProblem({ file, positionAt }: SourceText, { offset, message, hint }: YamlFault): Problem {
  return { file, ...positionAt(offset), path: '', message, hint, level: 'problem' };
}

/** Removes duplicate keys from the document except the first, and reports them. */
function dropRepeatedKeys(document: Document, { positionAt }: SourceText): readonly YamlFault[] {
  const found: YamlFault[] = [];
  visit(document, {
    Map: (_key, map) => {
      const first = new Map<unknown, unknown>();
      map.items = map.items.filter(({ key }) => {
        const name = isScalar(key) ? key.value : key;
        const earlier = first.get(name);
        first.set(name, earlier ?? key);
        if (earlier === undefined) return true;
        const message = `duplicate key ${String(name)}: it is already on line ${positionAt(offsetOf(earlier)).line}`;
        found.push({ offset: offsetOf(key), message, hint: 'Keep one of the two.' });
        return false;
      });
    },
  });
  return found;
}

function offsetOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

function toYamlFile({ file, text, positionAt }: SourceText, document: Document): YamlFile {
  return {
    file,
    value: document.toJS() as unknown,
    positionOf: (path, offset) => {
      const node = follow(document, path).at(-1);
      const inside = offset !== undefined && isScalar(node) && node.range !== undefined && node.range !== null;
      return positionAt(inside ? locateInScalar(text, node as Scalar.Parsed, offset) : offsetOf(node));
    },
    positionOfKey: (path) => positionAt(offsetOf(keyAt(document, path) ?? follow(document, path).at(-1))),
    depthOf: (path) => follow(document, path).length - 1,
    sourceOf: (path) => {
      const nodes = follow(document, path);
      const node = nodes.at(-1);
      return nodes.length === path.length + 1 && isScalar(node) ? (node.source ?? '') : undefined;
    },
  };
}

/** The nodes along `path` from the top, as far as the path exists. */
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
