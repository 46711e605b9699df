// Walks the scalar nodes of a YAML document.
import { isScalar, visit, type Document, type Scalar } from 'yaml';

/** Every scalar of a document in the order of the text: keys and values. */
export function scalarsOf(document: Document): readonly Scalar.Parsed[] {
  const found: Scalar.Parsed[] = [];
  visit(document, {
    Scalar: (_key, node) => {
      if (isScalar(node) && node.range !== undefined && node.range !== null) found.push(node as Scalar.Parsed);
    },
  });
  return found;
}

/**
 * Where a character of a scalar's value is written: `offset` counts characters of the value from 0, the result those of the file. Quotes,
 * escapes and folded lines are skipped; the beginning of the scalar when the two cannot be aligned.
 */
export function locateInScalar(
  text: string,
  { range: [start, end], value }: Pick<Scalar.Parsed, 'range' | 'value'>,
  offset: number,
): number {
  if (typeof value !== 'string') return start;
  let at = start - 1;
  for (const sign of value.slice(0, offset + 1)) {
    at = text.indexOf(sign, at + 1);
    if (at < 0 || at >= end) return start;
  }
  // Behind the last character: an expression that ends too early.
  return offset >= value.length && value.length > 0 ? Math.min(at + 1, end) : Math.max(at, start);
}
