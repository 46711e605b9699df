// Selects the attributes of a response (`attributes`, `excludedAttributes`).
import { invalidFilter, invalidValue } from './errors.ts';
import { compileElementMatcher } from './element-matcher.ts';
import { countTerms } from './patch/patch-limits.ts';
import { parsePath, type AttributePath } from './path.ts';
import { isObject, type JsonObject } from './resource.ts';
import type { Attribute, ResourceSchema } from './schema/compile-schemas.ts';

/** The attributes of a response: the defaults, only the named attributes, or all except the named attributes. */
export interface Projection {
  readonly keeps: 'default' | 'only' | 'all-but';
  /** By the key of the core attribute, or by URN for an extension. */
  readonly core: ReadonlyMap<string, Selection>;
  readonly extensions: ReadonlyMap<string, 'whole' | ReadonlyMap<string, Selection>>;
}

/** The part of an attribute that was named: all of it, some sub-attributes, or the elements that a filter selects. */
interface Selection {
  readonly whole: boolean;
  /** Keys of sub-attributes. */
  readonly subs: ReadonlySet<string>;
  /** Absent: all elements. */
  readonly matches: ((element: unknown) => boolean) | undefined;
}

/** The names of the parameters `attributes` and `excludedAttributes`, already split. */
export interface NamedAttributes {
  readonly attributes?: readonly string[];
  readonly excludedAttributes?: readonly string[];
}

/** Max filters in one list of names. All are evaluated for each element of each resource; known clients send one. */
const maxFilters = 10;

/** Max comparisons in all filters of a list together. */
const maxTerms = 50;

/**
 * Parses `attributes` or `excludedAttributes` (RFC 7644 §3.9): names in any case, with sub-attributes, URNs, or a filter in brackets
 * (docs/entra-facts.md#postman-collections). Unknown names are ignored. Without either list, the projection is the default.
 * @throws {ScimError} invalidValue if both are given, invalidPath or invalidFilter for a malformed name, invalidFilter for too many filters
 * or comparisons.
 */
export function parseProjection({ attributes, excludedAttributes }: NamedAttributes, type: ResourceSchema): Projection {
  if (attributes && excludedAttributes)
    throw invalidValue('excludedAttributes', 'cannot be combined with attributes. Send only one of them');
  if (attributes) return { keeps: 'only', ...select(attributes, type) };
  if (excludedAttributes) return { keeps: 'all-but', ...select(excludedAttributes, type) };
  return { keeps: 'default', core: new Map(), extensions: new Map() };
}

/** Whether a response with this projection can contain the attribute; avoids reading members and groups that were not requested. */
export function isWanted(projection: Projection, name: string): boolean {
  const selection = projection.core.get(name);
  if (projection.keeps === 'only') return selection !== undefined;
  return !selection?.whole || selection.matches !== undefined;
}

/**
 * The parts of a rendered resource that the projection keeps. `returned: always` attributes (`id`, `schemas`) stay and `never` attributes
 * are removed, regardless of the names (RFC 7643 §7).
 */
export function project(resource: JsonObject, projection: Projection, type: ResourceSchema): JsonObject {
  const entries = projectAttributes(resource, type.attributes, projection.keeps, projection.core);
  for (const { urn, attributes } of type.extensions) {
    const value = resource[urn];
    if (!isObject(value)) continue;
    const selected = projection.extensions.get(urn);
    if (selected === 'whole' && projection.keeps === 'all-but') continue;
    const keeps = selected === 'whole' ? 'default' : projection.keeps;
    const kept = projectAttributes(value, attributes, keeps, selected === 'whole' || !selected ? new Map() : selected);
    if (kept.length > 0) entries.push([urn, Object.fromEntries(kept)]);
  }
  return Object.fromEntries(entries);
}

type MutableSelection = { whole: boolean; subs: Set<string>; matches: Selection['matches'] };

function select(names: readonly string[], type: ResourceSchema): Pick<Projection, 'core' | 'extensions'> {
  assertFewFilters(names);
  const core = new Map<string, MutableSelection>();
  const extensions = new Map<string, 'whole' | Map<string, MutableSelection>>();
  let terms = 0;
  for (const name of names) {
    const path = parsePath(name, type);
    terms += termsIn(path);
    if (terms > maxTerms) throw invalidFilter(`Too many filter comparisons in attributes or excludedAttributes (max ${maxTerms}).`);
    if (path?.is === 'extension') extensions.set(path.extension.urn, 'whole');
    if (path?.is === 'resource') for (const attribute of type.attributes) addSelection(core, wholeOf(attribute));
    if (path?.is !== 'attribute') continue;
    if (path.extension === undefined) {
      addSelection(core, path);
      continue;
    }
    const held = extensions.get(path.extension) ?? new Map<string, MutableSelection>();
    extensions.set(path.extension, held);
    if (held !== 'whole') addSelection(held, path);
  }
  return { core, extensions };
}

function assertFewFilters(names: readonly string[]): void {
  if (names.filter((name) => name.includes('[')).length <= maxFilters) return;
  throw invalidFilter(`Too many filters in attributes or excludedAttributes (max ${maxFilters}).`);
}

function termsIn(path: ReturnType<typeof parsePath>): number {
  return path?.is === 'attribute' && path.filter ? countTerms(path.filter) : 0;
}

function wholeOf(attribute: Attribute): AttributePath {
  return { is: 'attribute', extension: undefined, attribute, sub: undefined, filter: undefined };
}

function addSelection(selections: Map<string, MutableSelection>, { attribute, sub, filter }: AttributePath): void {
  const matches = filter && compileElementMatcher(filter, attribute);
  const selection = selections.get(attribute.name);
  if (!selection) {
    selections.set(attribute.name, { whole: !sub, subs: new Set(sub ? [sub.name] : []), matches });
    return;
  }
  if (sub) selection.subs.add(sub.name);
  else selection.whole = true;
  const { matches: earlier } = selection;
  selection.matches = earlier && matches ? (element) => earlier(element) || matches(element) : undefined;
}

type Entries = [string, unknown][];

function projectAttributes(
  parent: JsonObject,
  attributes: readonly Attribute[],
  keeps: Projection['keeps'],
  selections: ReadonlyMap<string, Selection>,
): Entries {
  const entries: Entries = [];
  for (const attribute of attributes) {
    const value = parent[attribute.name];
    if (value === undefined || attribute.returned === 'never') continue;
    const kept = attribute.returned === 'always' ? value : projectValue(value, attribute, keeps, selections.get(attribute.name));
    if (kept !== undefined) entries.push([attribute.name, kept]);
  }
  return entries;
}

function projectValue(value: unknown, attribute: Attribute, keeps: Projection['keeps'], selection: Selection | undefined): unknown {
  if (keeps === 'only') return selection && keepSelected(value, selection, attribute);
  if (attribute.returned === 'request') return undefined;
  return selection ? dropSelected(value, selection, attribute) : keepUsual(value, attribute);
}

function keepSelected(value: unknown, { whole, subs, matches }: Selection, attribute: Attribute): unknown {
  const keep = (element: unknown) => {
    if (matches && !matches(element)) return undefined;
    if (!isObject(element)) return whole ? element : undefined;
    return pickParts(element, attribute, (key) => whole || subs.has(key), subs);
  };
  return mapValue(value, keep);
}

function dropSelected(value: unknown, { whole, subs, matches }: Selection, attribute: Attribute): unknown {
  const keep = (element: unknown) => {
    const named = !matches || matches(element);
    if (!isObject(element)) return whole && named ? undefined : element;
    if (!named) return pickParts(element, attribute, () => true);
    return whole ? undefined : pickParts(element, attribute, (key) => !subs.has(key));
  };
  return mapValue(value, keep);
}

function keepUsual(value: unknown, attribute: Attribute): unknown {
  if (attribute.nonDefaultReturned.length === 0) return value;
  return mapValue(value, (element) => (isObject(element) ? pickParts(element, attribute, () => true) : element));
}

/**
 * The selected sub-attributes, plus those that are always returned, minus those that are never returned or only on request (RFC 7643 §7).
 */
function pickParts(
  element: JsonObject,
  { nonDefaultReturned }: Attribute,
  picks: (key: string) => boolean,
  named?: ReadonlySet<string>,
): JsonObject | undefined {
  const returnedOf = new Map(nonDefaultReturned.map(({ name, returned }) => [name, returned]));
  const entries = Object.entries(element).filter(([key]) => {
    switch (returnedOf.get(key)) {
      case 'always':
        return true;
      case 'never':
        return false;
      case 'request':
        return named?.has(key) ?? false;
      default:
        return picks(key);
    }
  });
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function mapValue(value: unknown, map: (element: unknown) => unknown): unknown {
  if (!Array.isArray(value)) return map(value);
  const kept = value.map(map).filter((element) => element !== undefined);
  return kept.length > 0 ? kept : undefined;
}
