// SQL for the attributes of Groups, for filters and sorting.
import type { AttributeName, ResourceSchema } from '../../../../scim/schema/compile-schemas.ts';
import { bind, sql, type SqlFragment } from './sql-fragment.ts';
import { elements, inColumn, inDocument, jsonInDocument, type AttributeLocation, type PartOf } from './attribute-location.ts';
import { absent, textColumn, notComparable, type Operand } from './sql-operand.ts';
import { commonJson, meta, schemasOf, type LocateAttribute } from './user-attributes.ts';

/** Resolves the value of a member as sent by a client to an id. Returns it unchanged while no Person is known. */
export type ResolveMember = (sent: string) => string;

/** Locates the attributes of Groups in a row of `groups`, called `resource`. */
export function groupAttributes(type: ResourceSchema, resolve: ResolveMember): LocateAttribute {
  const columns = new Map<string, AttributeLocation>([
    ['id', inColumn(textColumn(sql`resource.id`))],
    ['externalId', inColumn(textColumn(sql`resource.external_id`))],
    ['displayName', inColumn(textColumn(sql`resource.display`, sql`resource.display_key`))],
    ['meta', meta(type)],
    ['schemas', elements(schemasOf(type))],
    ['members', members(resolve)],
  ]);
  return (name) => columns.get(name.attribute.path) ?? inDocument(type, name);
}

/** The JSON text of a whole attribute of a Group, or null. For `members`, only the first one, by which Groups are sorted. */
export function groupJson(type: ResourceSchema, name: AttributeName): SqlFragment {
  const { path } = name.attribute;
  return path === 'members' ? firstMember : (commonJson(type, path) ?? jsonInDocument(type, name));
}

/**
 * Rows of `memberships`, called `member`, joined with the resources that they refer to and limited by `only`. The columns correspond to the
 * members that `MembershipRows` returns.
 */
export function memberRows(only: SqlFragment): SqlFragment {
  return sql`memberships as member
    left join persons as member_person on member_person.id = member.member and member_person.source = member.source
    left join groups as member_group on member_group.id = member.member and member_group.source = member.source
      and member_group.deleted_seq is null
    where member.ended_seq is null and ${only}`;
}

const memberType = sql`case when member_person.id is not null then 'User' when member_group.id is not null then 'Group' end`;
const memberDisplay = sql`coalesce(member.display, member_person.display, member_group.display)`;
const firstMember = sql`(select json_array(json_object('value', member.member, 'type', ${memberType}, 'display', ${memberDisplay}))
  from ${memberRows(sql`member.group_id = resource.id`)} order by member.member limit 1)`;

function members(resolve: ResolveMember): AttributeLocation {
  const part: PartOf = (sub) => partOfMember(sub.name, resolve);
  const exists = sql`exists (select 1 from memberships as member where member.group_id = resource.id and member.ended_seq is null)`;
  const some = (condition: SqlFragment, keyed: boolean) =>
    keyed
      ? sql`exists (select 1 from ${memberRows(sql`member.group_id = resource.id and ${condition}`)})`
      : sql`resource.id in (select asked.value from json_each(${bind({ condition })}) as asked)`;
  return {
    any: () => exists,
    anyPart: (sub, test, keyed) => sql`(${some(test(part(sub)), keyed)} or not ${exists} and ${test(absent)})`,
    anyObject: (condition, keyed) => some(condition(part), keyed),
  };
}

function partOfMember(name: string, resolve: ResolveMember): Operand {
  switch (name) {
    case 'value':
      return { ...textColumn(sql`member.member`), refersTo: (sent) => sql`member.member = ${bind(resolve(sent))}` };
    case 'type':
      return textColumn(memberType);
    case '$ref':
      // Only open references have no value.
      return notComparable(sql`(member_person.id is not null or member_group.id is not null)`);
    case 'display':
      return textColumn(memberDisplay);
    default:
      return absent;
  }
}
