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
  /** In the schema's spelling: the key of the stored value. Never the name of an inherited property, such as `constructor`. */
  readonly name: string;
  /** The full name, unique in the resource type: `name.familyName`, `urn:…:User:manager.value`. */
  readonly path: string;
  readonly type: AttributeType;
  readonly multiValued: boolean;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: AttributeDefinition['mutability'];
  readonly returned: AttributeDefinition['returned'];
  /** Max length of a text, in UTF-16 units. */
  readonly maxCharacters: number;
  /** Max number of elements; Infinity if only the size of the body limits it. */
  readonly maxElements: number;
  /** The accepted values by their form for comparison: folded unless case-exact. Undefined: any value is accepted. */
  readonly closed: ReadonlyMap<string, string> | undefined;
  /** The value that filters assume if the attribute is absent. Only `active` has one: a User without `active` counts as active. */
  readonly assumed: true | undefined;
  /** Sub-attributes by lower-case name; empty unless complex. */
  readonly subs: ReadonlyMap<string, Attribute>;
  /** Sub-attributes with a `returned` other than `default`. The schemas of RFC 7643 have none. */
  readonly nonDefaultReturned: readonly Attribute[];
}

/** The meanings of a name in a resource type. */
export type Named =
  | AttributeName
  /** Only the URN of an extension: the whole object of the extension. */
  | { readonly is: 'extension'; readonly extension: Extension }
  /** Only the URN of the core schema: the resource itself. */
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
  /** All names that `findName` accepts, in lower case. */
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
 * Compiles the core schemas, the enterprise extension and the given extensions.
 * @throws {TypeError} if a name is not a valid attribute name (RFC 7643 §2.1) or a URN is used twice. The caller must check both.
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
 * Looks up a name: an attribute (`userName`) or a sub-attribute (`name.familyName`), both with or without the URN of the schema, or only a
 * URN; in any case (RFC 7644 §3.10). Undefined if the type does not have this name.
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
    nonDefaultReturned: subs.filter((sub) => sub.returned !== 'default'),
  };
}

/** Attributes by which stores look up people and groups. */
const keys: ReadonlySet<string> = new Set([
  'userName',
  'externalId',
  'displayName',
  'emails.value',
  'members.value',
  `${enterpriseUserUrn}:manager.value`,
]);

/** Longer than any name or e-mail address (RFC 5321 §4.5.3.1.3 allows 256), and short enough for every index. */
const maxKeyCharacters = 1_024;

/** Max length of the sub-attributes of a member except its id: they are also names, and a request can contain ten thousand members. */
const maxMemberCharacters = 1_024;

/** Longer than any text about a person. The limit bounds the cost of comparisons in filters and Scopes. */
const maxTextCharacters = 10_000;

/** For certificates, and for photos in data URLs (RFC 2397). */
const maxBinaryCharacters = 65_536;

function maxCharactersOf(path: string, type: AttributeType): number {
  if (keys.has(path)) return maxKeyCharacters;
  if (path.startsWith('members.')) return maxMemberCharacters;
  return type === 'binary' || path === 'photos.value' ? maxBinaryCharacters : maxTextCharacters;
}

/**
 * Max number of elements. They are compared with each other, which would take minutes for the largest body. Members are stored as separate
 * rows.
 */
const maxElements = 1_000;

function closedValues({ canonicalValues, closed, caseExact }: AttributeDefinition): ReadonlyMap<string, string> | undefined {
  if (closed !== true || canonicalValues === undefined) return undefined;
  return new Map(canonicalValues.map((value) => [caseExact ? value : fold(value), value]));
}

// An inherited name such as `constructor` would appear to exist in every resource, and writing `__proto__` would change the prototype.
function assertName(name: string): void {
  if (!/^(?:[A-Za-z][\w-]*|\$ref)$/.test(name) || name in Object.prototype) {
    throw new TypeError(`${JSON.stringify(name)} cannot be the name of an attribute`);
  }
}

/**
 * Indexes names in the RFC's spelling and in two others: a dot instead of the colon after the URN (docs/entra-facts.md#spellings-of-paths),
 * and an extension attribute without its URN if no core attribute or earlier extension has the same name (`manager`,
 * docs/entra-facts.md#manager).
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
