// Compiles schema definitions for look-ups by name and URN.
import { fold } from '../case-folding.ts';
import { enterpriseUserUrn, groupUrn, userUrn } from '../resource.ts';
import { commonAttributes } from './common-attributes.ts';
import type { AttributeDefinition, AttributeType, SchemaDefinition, SchemaExtension } from './definition.ts';
import { enterpriseUserExtension } from './enterprise-user.ts';
import { groupSchema } from './group.ts';
import { userSchema } from './user.ts';

/** An attribute or sub-attribute, ready for look-up. */
export interface Attribute {
  /** In the schema's spelling: the key under which the value is stored. Never a name that objects inherit. */
  readonly name: string;
  /** The whole name, unique in the resource type: `name.familyName`, `urn:…:User:manager.value`. */
  readonly path: string;
  readonly type: AttributeType;
  readonly multiValued: boolean;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: AttributeDefinition['mutability'];
  readonly returned: AttributeDefinition['returned'];
  /** Longest text, in UTF-16 units. */
  readonly maxCharacters: number;
  /** Most elements; Infinity where only the size of the body sets a limit. */
  readonly maxElements: number;
  /** The only accepted values by their form for comparison: folded unless case-exact. Undefined: any. */
  readonly closed: ReadonlyMap<string, string> | undefined;
  /** What filters take an absent value for; undefined but for `active`: a User without it counts as active. */
  readonly assumed: true | undefined;
  /** Sub-attributes by lower-case name; empty unless complex. */
  readonly subs: ReadonlyMap<string, Attribute>;
  /** Those of its parts that are not returned as the rest of it. None in the schemas of RFC 7643. */
  readonly exceptionsInReturned: readonly Attribute[];
}

/** The meanings of a name in a resource type. */
export type Named =
  | AttributeName
  /** The URN of an extension alone: its whole object. */
  | { readonly is: 'extension'; readonly extension: Extension }
  /** The URN of the core schema alone: the resource itself. */
  | { readonly is: 'resource' };

/** An attribute, optionally one of its sub-attributes, and the URN of the extension that contains it. */
export interface AttributeName {
  readonly is: 'attribute';
  readonly extension: string | undefined;
  readonly attribute: Attribute;
  readonly sub: Attribute | undefined;
}

/** An extension of a resource type. */
export interface Extension {
  readonly urn: string;
  readonly attributes: readonly Attribute[];
  /** Declared by the site: a stored value may have another type from an earlier declaration. */
  readonly declared: boolean;
}

/** One resource type: User or Group. */
export interface ResourceSchema {
  readonly name: 'User' | 'Group';
  readonly urn: string;
  /** Common and core attributes. */
  readonly attributes: readonly Attribute[];
  readonly extensions: readonly Extension[];
  /** Every name of everything, in lower case; ask `findName`. */
  readonly names: ReadonlyMap<string, Named>;
}

/** The compiled schemas of all resource types. Compiled once; immutable. */
export interface Schemas {
  readonly user: ResourceSchema;
  readonly group: ResourceSchema;
  /** What `/Schemas` shows, core first. */
  readonly definitions: readonly SchemaDefinition[];
  /** The extensions of both types, the enterprise User among them. */
  readonly extensions: readonly SchemaExtension[];
}

/**
 * Compiles the core schemas, the enterprise extension and the given further ones.
 * @throws {TypeError} when a name cannot be an attribute name (RFC 7643 §2.1) or a URN is used twice: check before.
 */
export function compileSchemas(extensions: readonly SchemaExtension[] = []): Schemas {
  const all = [enterpriseUserExtension, ...extensions];
  const definitions = [userSchema, groupSchema, ...all.map((extension) => extension.schema)];
  const urns = new Set(definitions.map((definition) => definition.id.toLowerCase()));
  if (urns.size < definitions.length) throw new TypeError('two schemas have the same URN');
  return {
    user: compileResource('User', userSchema, all),
    group: compileResource('Group', groupSchema, all),
    definitions,
    extensions: all,
  };
}

/**
 * What `text` names: an attribute (`userName`), a part of one (`name.familyName`), either with the URN of its schema
 * before it, or a URN alone; in any case (RFC 7644 §3.10). Undefined when the type has no such thing.
 */
export function findName(type: ResourceSchema, text: string): Named | undefined {
  return type.names.get(text.toLowerCase());
}

/** The `members` attribute of the Group, whose elements are {@link MemberRef}s. */
export function membersAttribute(schemas: Schemas): Attribute {
  const named = findName(schemas.group, 'members');
  if (named?.is !== 'attribute') throw new TypeError('Internal error: the Group schema has no attribute members');
  return named.attribute;
}

function compileResource(name: 'User' | 'Group', core: SchemaDefinition, all: readonly SchemaExtension[]): ResourceSchema {
  const attributes = [...commonAttributes, ...core.attributes].map((definition) => compileAttribute(definition, ''));
  const extensions = all
    .filter((extension) => extension.resourceType === name)
    .map(({ schema }) => ({
      urn: schema.id,
      declared: schema !== enterpriseUserExtension.schema,
      attributes: schema.attributes.map((definition) => compileAttribute(definition, `${schema.id}:`)),
    }));
  return { name, urn: name === 'User' ? userUrn : groupUrn, attributes, extensions, names: indexNames(core.id, attributes, extensions) };
}

function compileAttribute(definition: AttributeDefinition, prefix: string): Attribute {
  assertName(definition.name);
  const path = `${prefix}${definition.name}`;
  const subs = (definition.subAttributes ?? []).map((sub) => compileAttribute(sub, `${path}.`));
  const { name, type, multiValued, required, caseExact, mutability, returned } = definition;
  const byName = new Map(subs.map((sub) => [sub.name.toLowerCase(), sub]));
  return {
    name,
    path,
    type,
    multiValued,
    required,
    caseExact,
    mutability,
    returned,
    maxCharacters: maxCharactersOf(path, type),
    maxElements: path === 'members' ? Infinity : maxElements,
    closed: closedValues(definition),
    assumed: path === 'active' ? true : undefined,
    subs: byName,
    exceptionsInReturned: subs.filter((sub) => sub.returned !== 'default'),
  };
}

/** What stores look people and groups up by. */
const keys: ReadonlySet<string> = new Set([
  'userName',
  'externalId',
  'displayName',
  'emails.value',
  'members.value',
  `${enterpriseUserUrn}:manager.value`,
]);

/** Far beyond any name or address (RFC 5321 §4.5.3.1.3 has 256), and short enough for every index. */
const maxKeyCharacters = 1_024;

/** Max length of the sub-attributes of a member except its id: they are names too, and a request can contain ten thousand. */
const maxMemberCharacters = 1_024;

/** Longer than any text about a person. The limit bounds the cost of comparisons in filters and Scopes. */
const maxTextCharacters = 10_000;

/** Certificates, and photos, which may stand in the text of their address (RFC 2397). */
const maxBinaryCharacters = 65_536;

function maxCharactersOf(path: string, type: AttributeType): number {
  if (keys.has(path)) return maxKeyCharacters;
  if (path.startsWith('members.')) return maxMemberCharacters;
  return type === 'binary' || path === 'photos.value' ? maxBinaryCharacters : maxTextCharacters;
}

/** Max number of elements: they are compared with each other, and the largest body would take minutes. Members are separate rows. */
const maxElements = 1_000;

function closedValues({ canonicalValues, closed, caseExact }: AttributeDefinition): ReadonlyMap<string, string> | undefined {
  if (closed !== true || canonicalValues === undefined) return undefined;
  return new Map(canonicalValues.map((value) => [caseExact ? value : fold(value), value]));
}

// A name that objects inherit would be "there" in every resource, and `__proto__` would be written through.
function assertName(name: string): void {
  if (!/^(?:[A-Za-z][\w-]*|\$ref)$/.test(name) || name in Object.prototype) {
    throw new TypeError(`${JSON.stringify(name)} cannot be the name of an attribute`);
  }
}

/**
 * Two spellings beside the RFC's: a dot instead of the colon after the URN (docs/entra-facts.md#spellings-of-paths), and an extension
 * attribute without its URN where no attribute before it has that name (`manager`, docs/entra-facts.md#manager).
 */
function indexNames(coreUrn: string, attributes: readonly Attribute[], extensions: readonly Extension[]): ReadonlyMap<string, Named> {
  const names = new Map<string, Named>([[coreUrn.toLowerCase(), { is: 'resource' }]]);
  const add = (name: string, named: Named) => {
    if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), named);
  };
  const addAll = (prefixes: readonly string[], extension: string | undefined, all: readonly Attribute[]) => {
    for (const attribute of all) {
      for (const prefix of prefixes) {
        add(`${prefix}${attribute.name}`, { is: 'attribute', extension, attribute, sub: undefined });
        for (const sub of attribute.subs.values()) {
          add(`${prefix}${attribute.name}.${sub.name}`, { is: 'attribute', extension, attribute, sub });
        }
      }
    }
  };
  addAll(['', `${coreUrn}:`, `${coreUrn}.`], undefined, attributes);
  for (const extension of extensions) {
    add(extension.urn, { is: 'extension', extension });
    addAll([`${extension.urn}:`, `${extension.urn}.`, ''], extension.urn, extension.attributes);
  }
  return names;
}
