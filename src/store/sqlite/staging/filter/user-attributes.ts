// SQL for the attributes of Users, for filters and sorting.
import { enterpriseUserUrn } from '../../../../scim/resource.ts';
import type { AttributeName, ResourceSchema } from '../../../../scim/schema/compile-schemas.ts';
import { bind, sql, type SqlFragment } from './sql-fragment.ts';
import { elements, inColumn, inDocument, jsonInDocument, madeOf, type AttributeLocation, type PartOf } from './attribute-location.ts';
import { textColumn, notComparable, type Operand } from './sql-operand.ts';

/** The path of the manager in the schema. */
export const managerPath = `${enterpriseUserUrn}:manager`;

/** Returns the location of the values of an attribute. */
export type LocateAttribute = (name: AttributeName) => AttributeLocation;

const document = sql`resource.document`;

/** Locates the attributes of Users in a row of `persons`, called `resource`. */
export function userAttributes(type: ResourceSchema): LocateAttribute {
  const columns = new Map<string, AttributeLocation>([
    ['id', inColumn(textColumn(sql`resource.id`))],
    ['externalId', inColumn(textColumn(sql`resource.external_id`))],
    ['userName', inColumn(textColumn(sql`(${document} ->> '$.userName')`, sql`resource.user_key`))],
    ['displayName', inColumn(textColumn(sql`resource.display`, sql`resource.display_key`))],
    ['meta', meta(type)],
    ['schemas', elements(schemasOf(type))],
    ['groups', groups],
  ]);
  return (name) => {
    const { attribute } = name;
    if (attribute.path === managerPath) return manager(type, name);
    return columns.get(attribute.path) ?? inDocument(type, name);
  };
}

/** The JSON text of a whole attribute of a User, or null. */
export function userJson(type: ResourceSchema, name: AttributeName): SqlFragment {
  const { path } = name.attribute;
  return path === 'groups' ? groupsOf : (commonJson(type, path) ?? jsonInDocument(type, name));
}

/** The JSON text of an attribute that every resource has outside its document; undefined for other attributes. */
export function commonJson(type: ResourceSchema, path: string): SqlFragment | undefined {
  if (path === 'id') return sql`json_quote(resource.id)`;
  if (path === 'schemas') return schemasOf(type);
  if (path !== 'meta') return undefined;
  const parts = Object.entries(metaParts(type)).map(([name, { scalar }]) => sql`${bind(name)}, ${scalar}`);
  return sql`json_object(${parts.reduce((sum, part) => sql`${sum}, ${part}`)})`;
}

/** `meta` as shown in responses. The URL in `location` depends on the request, so filters only know that it exists. */
export function meta(type: ResourceSchema): AttributeLocation {
  return madeOf({ ...metaParts(type), location: notComparable(sql`true`) });
}

/** The sub-attributes of `meta` by name, without `location`. */
export function metaParts({ name }: ResourceSchema): Readonly<Record<string, Operand>> {
  const text = (scalar: SqlFragment): Operand => ({ type: sql`'text'`, scalar, exact: scalar });
  return {
    resourceType: text(bind(name)),
    created: text(sql`iso_text(resource.created_at)`),
    lastModified: text(sql`iso_text(resource.modified_at)`),
    version: text(sql`('W/"' || resource.version || '"')`),
  };
}

/** The URNs of a resource as a JSON array: its core schema, and the extensions that responses show. */
export function schemasOf({ urn, extensions }: ResourceSchema): SqlFragment {
  const further = extensions.map(
    (extension) => sql` union all select ${bind(extension.urn)} where is_shown(${extensionOf(extension.urn)}, ${bind(extension.urn)})`,
  );
  const all = further.reduce((sum, one) => sql`${sum}${one}`, sql`select ${bind(urn)} as urn`);
  return sql`(select json_group_array(urn) from (${all}))`;
}

/** The JSON text of an extension in a resource, or null. */
export function extensionOf(urn: string): SqlFragment {
  return sql`fitting(${document} -> ${bind(`$."${urn}"`)}, ${bind(urn)}, null)`;
}

/** The Groups of a Person as a JSON array, as shown in responses. */
export const groupsOf = sql`(
  select json_group_array(json_object('value', joined.id, 'display', joined.display, 'type', 'direct') order by joined.id)
  from memberships as membership indexed by memberships_member join groups as joined on joined.id = membership.group_id
  where membership.member = resource.id and membership.source = resource.source and membership.ended_seq is null
    and joined.deleted_seq is null)`;

const groupElements = elements(sql`coalesce(nullif(${groupsOf}, '[]'), '[null]')`);

/** Each Group has a URL, which depends on the request. */
const groups: AttributeLocation = {
  ...groupElements,
  anyPart: (sub, test, keyed) =>
    sub.name === '$ref'
      ? groupElements.any(({ type }) => test(notComparable(sql`${type} = 'object'`)))
      : groupElements.anyPart(sub, test, keyed),
  anyObject: (condition, keyed) =>
    groupElements.anyObject((partOf) => condition((sub) => (sub.name === '$ref' ? notComparable(sql`true`) : partOf(sub))), keyed),
};

/** Managers are found by the reference that the Source sent, and by the id of the Person to which it resolves. */
function manager(type: ResourceSchema, name: AttributeName): AttributeLocation {
  const written = inDocument(type, name);
  const reference = sql`resource.manager_ref`;
  const refersTo = (id: string) => sql`(${reference} is ${bind(id)} or resource.manager is ${bind(id)})`;
  const known =
    (partOf: PartOf): PartOf =>
    (sub) =>
      sub.name === 'value' ? { ...textColumn(reference), refersTo } : partOf(sub);
  return {
    any: (test) => written.any(test),
    anyPart: (sub, test, keyed) =>
      sub.name === 'value' ? test({ ...textColumn(reference), refersTo }) : written.anyPart(sub, test, keyed),
    anyObject: (condition, keyed) => written.anyObject((partOf) => condition(known(partOf)), keyed),
  };
}
