// Parses a SCIM path such as `emails[type eq "work"].value`, which names a field of the Mapping.
import { messageOf } from '../../../domain/errors.ts';
import { parseFilter } from '../../../scim/filter/parse-filter.ts';
import { conjuncts } from '../../../scim/filter/filter-tree.ts';

/** Why the name of a field is not a SCIM path that Vestibule can write. */
export class PathFault extends Error {}

/** The position of a field of the Mapping in a SCIM document. */
export interface FieldPath {
  /** The path as written. */
  readonly text: string;
  /** URN of an extension schema; `undefined` for the core schema. */
  readonly urn: string | undefined;
  readonly attribute: string;
  /** The other values of the list element, such as `{type: 'work'}`; `undefined` if the path has no filter. */
  readonly where: Readonly<Record<string, string | boolean>> | undefined;
  readonly sub: string | undefined;
}

/** Letters, digits, `-` and `_`, beginning with a letter (RFC 7643 §2.1). `$ref` is the only name that begins with another character. */
const name = /^(?:[A-Za-z][\w-]*|\$ref)$/;

/**
 * Parses a path of RFC 7644 §3.5.2: `name.givenName`, `emails[type eq "work"].value`, with a URN for an extension. Does not check a schema,
 * because a product may have its own.
 * @throws {PathFault} if it is not such a path.
 */
export function parseFieldPath(text: string): FieldPath {
  const [, head = '', filter, tail = ''] = /^([^[\]]+)(?:\[(.+)\](?:\.([^.[\]]+))?)?$/s.exec(text.trim()) ?? [];
  const [, urn, rest = ''] = /^(?:(urn:.+):)?([^:]*)$/i.exec(head) ?? [];
  const [attribute = '', sub, ...more] = rest.split('.');
  const part = filter === undefined ? sub : tail || 'value';
  if (!name.test(attribute) || (part !== undefined && !name.test(part)) || more.length > 0 || (filter !== undefined && sub !== undefined)) {
    throw new PathFault(`${text} is not the path of a SCIM attribute`);
  }
  return { text, urn, attribute, where: filter === undefined ? undefined : readWhere(text, filter), sub: part };
}

/** The values that a filter requires of an element. Accepts only `eq` comparisons joined by `and`, because only these can be written. */
function readWhere(text: string, filter: string): Readonly<Record<string, string | boolean>> {
  const where: Record<string, string | boolean> = {};
  for (const term of conjuncts(parse(text, filter))) {
    const writable = term.is === 'compare' && term.operator === 'eq' && name.test(term.attribute);
    if (!writable || (typeof term.value !== 'string' && typeof term.value !== 'boolean')) {
      throw new PathFault(`${text} has an operator other than eq, so Vestibule cannot create such an element`);
    }
    where[term.attribute] = term.value;
  }
  return where;
}

function parse(text: string, filter: string): ReturnType<typeof parseFilter> {
  try {
    return parseFilter(filter);
  } catch (error) {
    throw new PathFault(`${text}: ${messageOf(error)}`, { cause: error });
  }
}

/** A filter for resources that have this value in the field (RFC 7644 §3.4.2.2). */
export function toFilter({ text, urn, attribute, where, sub }: FieldPath, value: string | number | boolean): string {
  if (where === undefined) return `${text} eq ${JSON.stringify(value)}`;
  const terms = Object.entries({ ...where, [sub ?? 'value']: value }).map(([key, one]) => `${key} eq ${JSON.stringify(one)}`);
  return `${urn === undefined ? '' : `${urn}:`}${attribute}[${terms.join(' and ')}]`;
}
