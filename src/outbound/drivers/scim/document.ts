// Converts a Record to a SCIM User document or PATCH, and back.
import type { FieldValue, OutboundRecord } from '../../../domain/record.ts';
import { findIgnoringCase } from '../../../scim/lenient/any-client.ts';
import { patchOpUrn } from '../../../scim/messages.ts';
import { isObject, userUrn, type JsonObject } from '../../../scim/resource.ts';
import { parseFieldPath, type FieldPath } from './field-path.ts';

type Draft = Record<string, unknown>;

/**
 * The User document of a Record whose fields are SCIM paths. Omits empty values, because SCIM has unassigned attributes in place of empty
 * strings (RFC 7643 §2.5).
 */
export function toDocument(record: OutboundRecord, active: boolean): JsonObject {
  const document = newDraft();
  const written = Object.entries(record).filter(([, value]) => !isEmpty(value));
  for (const [field, value] of written) put(document, parseFieldPath(field), value);
  const extensions = Object.keys(document).filter((key) => key.includes(':'));
  return { schemas: [userUrn, ...extensions], ...document, active };
}

/**
 * A PATCH that sets the fields of a Record. A multi-valued attribute is replaced as a whole, because some products reject a path to an
 * element that does not exist yet. For a deactivation, `record` is empty, so that the PATCH cannot fail because of another field.
 */
export function toPatch(record: OutboundRecord, active: boolean): JsonObject {
  const fields = Object.entries(record).map(([field, value]) => [parseFieldPath(field), value] as const);
  const single = fields
    .filter(([path]) => path.where === undefined)
    .map(([path, value]) => toOperation(path.text, isEmpty(value) ? undefined : toJson(value)));
  const lists = Map.groupBy(
    fields.filter(([path]) => path.where !== undefined),
    ([{ urn, attribute }]) => (urn === undefined ? attribute : `${urn}:${attribute}`),
  );
  const replaced = [...lists].map(([path, elements]) => toOperation(path, toElements(elements)));
  return { schemas: [patchOpUrn], Operations: [...single, ...replaced, { op: 'replace', path: 'active', value: active }] };
}

/** The values of these fields in a resource of a product. Omits values that are missing or have another type. */
export function readRecord(resource: JsonObject, fields: readonly string[]): OutboundRecord {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = read(resource, parseFieldPath(field));
      return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [[field, value]] : [];
    }),
  );
}

function toOperation(path: string, value: unknown): JsonObject {
  return value === undefined ? { op: 'remove', path } : { op: 'replace', path, value };
}

function toElements(fields: readonly (readonly [FieldPath, FieldValue])[]): unknown {
  const document = newDraft();
  for (const [path, value] of fields) if (!isEmpty(value)) put(document, { ...path, urn: undefined }, value);
  return fields[0] && document[fields[0][0].attribute];
}

function put(document: Draft, { urn, attribute, where, sub }: FieldPath, value: FieldValue): void {
  const place = urn === undefined ? document : draftAt(document, urn);
  if (where !== undefined) {
    const elements = (place[attribute] ??= []) as Draft[];
    elementOf(elements, where)[sub ?? 'value'] = toJson(value);
  } else if (sub !== undefined) draftAt(place, attribute)[sub] = toJson(value);
  else place[attribute] = toJson(value);
}

/** Fields with the same filter share an element. */
function elementOf(elements: Draft[], where: NonNullable<FieldPath['where']>): Draft {
  const found = elements.find((element) => Object.entries(where).every(([key, value]) => element[key] === value));
  if (found !== undefined) return found;
  const made = Object.assign(newDraft(), where);
  elements.push(made);
  return made;
}

function draftAt(place: Draft, key: string): Draft {
  return (place[key] ??= newDraft()) as Draft;
}

/** Without a prototype, because a field may have the name of a property of `Object.prototype`. */
function newDraft(): Draft {
  return Object.create(null) as Draft;
}

/** A list of strings becomes a list of elements with `value`, as for `roles` (RFC 7643 §2.4). */
function toJson(value: FieldValue): unknown {
  return Array.isArray(value) ? value.map((one: string) => ({ value: one })) : value;
}

function isEmpty(value: FieldValue): boolean {
  return value === '' || (Array.isArray(value) && value.length === 0);
}

function read(resource: JsonObject, { urn, attribute, where, sub }: FieldPath): unknown {
  const place = urn === undefined ? resource : findIgnoringCase(resource, urn);
  const value = isObject(place) ? findIgnoringCase(place, attribute) : undefined;
  if (where === undefined) return sub === undefined ? value : isObject(value) ? findIgnoringCase(value, sub) : undefined;
  const element = (Array.isArray(value) ? value : []).find(
    (one) => isObject(one) && Object.entries(where).every(([key, wanted]) => findIgnoringCase(one, key) === wanted),
  );
  return isObject(element) ? findIgnoringCase(element, sub ?? 'value') : undefined;
}
