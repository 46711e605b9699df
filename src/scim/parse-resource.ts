// Parses a User or Group in the body of a POST or PUT.
import { readAttribute, writeAttribute } from './document-attributes.ts';
import { readEntries } from './attribute-entries.ts';
import { invalidSyntax, invalidValue } from './errors.ts';
import { isUnassigned } from './lenient/entra.ts';
import { skipsReadOnly } from './lenient/okta.ts';
import { mergeParts } from './merge-complex-value.ts';
import { isObject, type JsonObject, type MemberRef, type ScimGroup, type ScimUser } from './resource.ts';
import { membersAttribute, type Attribute, type AttributeName, type ResourceSchema, type Schemas } from './schema/compile-schemas.ts';
import { assertSmallEnough } from './document-size.ts';
import { isInvisible } from './parse-text.ts';
import { parseOne, parseParts, parseValue } from './parse-value.ts';

/**
 * Parses the body of a POST or PUT of a User. Read-only attributes (`id`, `meta`, `groups`), the password and unknown attributes are
 * ignored (RFC 7644 §3.3; docs/entra-facts.md#extensions-and-unknown-attributes); null, `""` and `[]` count as absent.
 * @throws {ScimError} invalidSyntax if the body is not an object, invalidValue for a wrong type or a missing `userName`.
 */
export function parseUser(body: unknown, schemas: Schemas): ScimUser {
  return assertStageable(parseDocument(body, schemas.user), schemas.user) as ScimUser;
}

/** Parses the body of a POST or PUT of a Group. If a member occurs twice, the last occurrence applies. Otherwise like `parseUser`. */
export function parseGroup(body: unknown, schemas: Schemas): { readonly group: ScimGroup; readonly members: readonly MemberRef[] } {
  const { members = [], ...group } = parseDocument(body, schemas.group);
  return { group: assertStageable(group, schemas.group) as ScimGroup, members: members as readonly MemberRef[] };
}

/**
 * Parses members in each form that clients send: elements, one element, ids as text (docs/entra-facts.md#changing-members). Returns each id
 * once, and an empty list for an unassigned value. An element without a value is an error: if it were skipped, the resulting empty list
 * would remove all members of a Group.
 * @throws {ScimError} invalidValue for a member without an id.
 */
export function parseMembers(raw: unknown, schemas: Schemas): readonly MemberRef[] {
  return readMembers(membersAttribute(schemas), raw);
}

function readMembers(attribute: Attribute, raw: unknown): readonly MemberRef[] {
  if (isUnassigned(raw)) return [];
  const given: readonly unknown[] = Array.isArray(raw) ? raw : [raw];
  const members = given.map((one) => toMember((parseOne(attribute, one) ?? {}) as JsonObject));
  return [...new Map(members.map((member) => [member.value, member])).values()];
}

/**
 * Checks that required attributes have a visible value (those of an extension only when it is present), and that the document is not too
 * large. `before` is the previous document.
 * @throws {ScimError} invalidValue, naming the attribute.
 */
export function assertStageable<T extends JsonObject>(document: T, type: ResourceSchema, before?: T): T {
  assertSmallEnough(document, type, before);
  assertRequired(document, type.attributes);
  for (const { urn, attributes } of type.extensions) {
    const part = document[urn];
    if (isObject(part)) assertRequired(part, attributes);
  }
  return document;
}

function assertRequired(values: JsonObject, attributes: readonly Attribute[]): void {
  for (const attribute of attributes) {
    const value = values[attribute.name];
    if (!attribute.required || (value !== undefined && !(typeof value === 'string' && isInvisible(value)))) continue;
    throw invalidValue(attribute.path, 'is required and must not be empty');
  }
}

function parseDocument(body: unknown, type: ResourceSchema): JsonObject {
  if (!isObject(body)) throw invalidSyntax(`The body must be a JSON object with the attributes of the ${type.name}.`);
  let document: JsonObject = {};
  for (const { name, raw } of readEntries(body, type)) {
    if (isKept(name)) document = writeAttribute(document, name, readValue(document, name, raw));
  }
  return document;
}

/** A password is discarded, because Vestibule has no use for it (RFC 7643 §4.1.1: it is never returned). */
function isKept(name: AttributeName): boolean {
  return !skipsReadOnly(name) && name.attribute.mutability !== 'writeOnly';
}

function readValue(document: JsonObject, name: AttributeName, raw: unknown): unknown {
  const { attribute, sub } = name;
  if (!sub) return attribute.path === 'members' ? readMembers(attribute, raw) : parseValue(attribute, raw);
  const parts = parseParts(attribute, { [sub.name]: raw });
  if (attribute.multiValued) throw invalidValue(sub.path, `cannot be sent separately. Send ${attribute.path} as an array of objects`);
  return mergeParts(attribute, readAttribute(document, name), parts);
}

const memberTypes: ReadonlyMap<string, 'User' | 'Group'> = new Map([
  ['user', 'User'],
  ['group', 'Group'],
]);

function toMember(element: JsonObject): MemberRef {
  const { value, type, display, $ref } = element;
  if (typeof value !== 'string') throw invalidValue('members.value', 'is missing. Each member needs the id of a User or Group');
  const known = typeof type === 'string' ? memberTypes.get(type.toLowerCase()) : typeOfAddress($ref);
  return { value, ...(known && { type: known }), ...(typeof display === 'string' && { display }) };
}

/** `Group` for a URL below `/Groups`, `User` for a URL below `/Users`: some clients send `$ref` without `type` (RFC 7643 §4.2). */
function typeOfAddress($ref: unknown): MemberRef['type'] {
  const [, collection] = typeof $ref === 'string' ? (/(Users|Groups)\/[^/]+\/?$/i.exec($ref) ?? []) : [];
  return collection === undefined ? undefined : memberTypes.get(collection.toLowerCase().slice(0, -1));
}
