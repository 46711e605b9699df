// Finds valid YAML that is usually a mistake: tags, aliases, non-text keys, curly quotes.
import { isAlias, isCollection, isNode, isScalar, visit, type Document, type Pair, type Scalar } from 'yaml';
import type { YamlFault } from './yaml-fault.ts';
import { scalarsOf } from './yaml-nodes.ts';
import { lineAt, quoteWhole, toLines, valueAround, type RawValue, type TextLine } from './yaml-text.ts';

/** Finds valid YAML that is almost always a mistake: tags, aliases, keys that are not text, misleading text. */
export function findSurprises(text: string, document: Document): readonly YamlFault[] {
  const lines = toLines(text);
  const found: YamlFault[] = [];
  const anchors = anchorsOf(document);
  visit(document, {
    Node: (_key, node) => {
      const offset = offsetOf(node);
      if (isAlias(node)) found.push(describeAlias(node.source, rawAt(lines, offset), anchors));
      else if (node.tag !== undefined) found.push(describeTag(node.tag, rawAt(lines, offset)));
    },
    Pair: (_key, { key, value }: Pair) => {
      const fault = findKeyFault(key, value);
      if (fault !== undefined) found.push({ offset: offsetOf(key), ...fault });
    },
  });
  return [...found, ...scalarsOf(document).flatMap((scalar) => findTextFaults(text, lines, scalar))];
}

/**
 * Replaces curly quotes around keys and values by straight quotes, and reports them, so that further errors can be found. Modifies the
 * document.
 */
export function replaceCurlyQuotes(document: Document): readonly YamlFault[] {
  return scalarsOf(document).flatMap((scalar) => {
    const inner =
      scalar.type === 'PLAIN' && typeof scalar.value === 'string' ? /^[“”„‟‘’‚‛](.*)[“”‟‘’‛]$/.exec(scalar.value)?.[1] : undefined;
    if (inner === undefined) return [];
    // In a text from a word processor, all quotes are curly, so one problem reports all of them.
    const straight = inner.replaceAll(/[“”„‟]/g, '"');
    scalar.value = straight;
    const message = 'curly quotes become part of the text; only straight quotes can enclose text';
    return [{ offset: scalar.range[0], message, hint: `Use straight quotes: ${quoteWhole(straight)}` }];
  });
}

function offsetOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

/** The whole raw value that contains an offset, and the offset of its beginning. */
function rawAt(lines: readonly TextLine[], offset: number): RawValue {
  const { start, text } = lineAt(lines, offset);
  const { raw, index } = valueAround(text, offset - start);
  return { raw, index: start + index };
}

function describeAlias(name: string, { raw, index: offset }: RawValue, anchors: ReadonlySet<string>): YamlFault {
  if (anchors.has(name)) return { offset, message: `*${name} is an alias, which is not supported`, hint: 'Write the value again.' };
  return { offset, message: 'text that begins with * needs quotes', hint: `Put the whole value in quotes: ${quoteWhole(raw)}` };
}

function anchorsOf(document: Document): ReadonlySet<string> {
  const anchors = new Set<string>();
  visit(document, {
    Node: (_key, node) => {
      if (!isAlias(node) && node.anchor !== undefined) anchors.add(node.anchor);
    },
  });
  return anchors;
}

function describeTag(tag: string, { raw, index: offset }: RawValue): YamlFault {
  const shown = tag.replace(/^tag:yaml\.org,2002:/, '!!');
  if (!raw.startsWith('!')) return { offset, message: `${shown} is a YAML tag, which is not supported`, hint: 'Remove it.' };
  return { offset, message: 'text that begins with ! needs quotes', hint: `Put the whole value in quotes: ${quoteWhole(raw)}` };
}

function findKeyFault(key: unknown, value: unknown): Omit<YamlFault, 'offset'> | undefined {
  if (isCollection(key)) return { message: 'a list or map is used as a key', hint: 'Put the key in quotes.' };
  if (!isScalar(key)) return undefined;
  if (key.value === '__proto__') return { message: 'the key __proto__ cannot be used', hint: 'Choose another name.' };
  if (typeof key.value !== 'string') {
    return { message: `the key ${key.source ?? ''} is not text`, hint: `Put it in quotes: '${key.source ?? ''}'` };
  }
  if (key.type !== 'PLAIN') return undefined;
  // Spaces that trim() removes but YAML does not.
  if (key.value !== key.value.trim() || /\u200b/.test(key.value)) {
    return {
      message: 'contains a special space character, often copied from a web page or a document',
      hint: 'Delete the spaces of this line and type them again.',
    };
  }
  const bracket = /^([\w.-]+):([[{])/.exec(key.value);
  if (bracket !== null) return { message: `a space is missing after ${bracket[1]}:`, hint: `Write: ${bracket[1]}: ${bracket[2]} …` };
  const glued = /^([\w.-]+):(.+)$/.exec(key.value);
  if (glued === null || (isScalar(value) && value.value !== null) || isCollection(value)) return undefined;
  return { message: `a space is missing after ${glued[1]}:`, hint: `Write: ${glued[1]}: ${glued[2]}` };
}

function findTextFaults(text: string, lines: readonly TextLine[], scalar: Scalar.Parsed): readonly YamlFault[] {
  const [start, end] = scalar.range;
  const source = text.slice(start, end);
  if (scalar.type === 'PLAIN') return source.includes('\n') ? findSwallowedItems(lines, scalar) : [];
  if (scalar.type !== 'QUOTE_DOUBLE' || !/^"([A-Za-z]:\\|\\\\)/.test(source)) return [];
  if (!/\p{Cc}/u.test(String(scalar.value))) return [];
  const message = 'a path in double quotes: YAML reads a backslash and the letter after it as one special character';
  return [{ offset: start, message, hint: `Use single quotes: '${source.slice(1, -1)}'` }];
}

/** Finds indented list items below a text. YAML parses them as part of the text: `scope: a` with `  - b` below is one text. */
function findSwallowedItems(lines: readonly TextLine[], { range: [start, end] }: Scalar.Parsed): readonly YamlFault[] {
  const first = lineAt(lines, start);
  const item = lines.slice(first.number, lineAt(lines, end).number).find((line) => line.start < end && /^\s*- /.test(line.text));
  if (item === undefined) return [];
  const dash = /^\s*- /.test(first.text);
  return [
    {
      offset: item.start + item.indent,
      message: `wrong indentation: the list item is read as part of the text on line ${first.number}`,
      hint: dash
        ? `Begin it in column ${first.indent + 1}, like the list item on line ${first.number}.`
        : `Move the text of line ${first.number} to its own line, with a dash before it.`,
    },
  ];
}
