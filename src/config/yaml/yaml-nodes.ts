// Walks the scalar nodes of a YAML document.
import { isScalar, visit, type Document, type Scalar } from 'yaml';

/** All scalars of a document, keys and values, in the order of the text. */
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
 * Converts an offset in a scalar's value (from 0) to an offset in the file, taking quotes, escapes and folded lines into account. Returns
 * the beginning of the scalar if the two cannot be aligned.
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
  // An offset after the last character means that the expression ends too early.
  return offset >= value.length && value.length > 0 ? Math.min(at + 1, end) : Math.max(at, start);
}
