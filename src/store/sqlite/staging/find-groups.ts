import type { ResourceId, SourceId } from '../../../domain/ids.ts';
import type { Group, Member } from '../../../domain/person.ts';
import type { Filter } from '../../../scim/filter/tree.ts';
import { renderGroup } from '../../../scim/render.ts';
import type { JsonObject } from '../../../scim/resource.ts';
import type { Schemas } from '../../../scim/schema/compile.ts';
import type { Page, Query } from '../../store.ts';
import type { Access } from '../access.ts';
import { toGroup } from './group-rows.ts';
import type { GroupRow, GroupRows } from './group-rows.ts';
import { list } from './listing.ts';
import type { Listed } from './listing.ts';
import type { MembershipRows } from './membership-rows.ts';
import { fold } from '../../../scim/fold.ts';
import type { References } from './references.ts';
import type { SourceTally } from './tally.ts';

interface Parts {
  readonly access: Access;
  readonly rows: GroupRows;
  readonly memberships: MembershipRows;
  readonly references: References;
  readonly tally: SourceTally;
  readonly schemas: Schemas;
}

/** Finds Groups of any Source. */
export class FindGroups {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A page of the Groups of a Source. @throws {ScimError} for a filter or an order that cannot be. */
  async find(source: SourceId, query: Query): Promise<Page<Group>> {
    const { total, rows, next } = await list(this.#parts.access, this.#listed(source, query.filter), query);
    return { total, items: rows.map(toGroup), ...(next !== undefined && { next }) };
  }

  #listed(source: SourceId, filter: Filter | undefined): Listed<GroupRow> {
    const { rows, tally, schemas } = this.#parts;
    const asked = filter === undefined ? new Set<string>() : membersAsked(filter);
    return {
      type: schemas.group,
      total: () => tally.counts(source).groups,
      page: (n, limit) => rows.page(source, n, limit),
      byN: (n) => rows.byN(n),
      listing: (limit, offset) => rows.listing(source, limit, offset),
      lookUp: ({ attribute, value }) => this.#lookUp(source, attribute, String(value)),
      render: (row) => this.#render(row, asked),
    };
  }

  #lookUp(source: SourceId, attribute: string, value: string): readonly number[] | undefined {
    const { rows, memberships, references } = this.#parts;
    switch (attribute) {
      case 'id':
        return rows.finders.byId.all(source, value);
      case 'displayName':
        return rows.finders.byDisplayKey.all(source, fold(value));
      case 'externalId':
        return rows.finders.byExternalId.all(source, value);
      case 'members.value':
        return memberships.groupsWith(source, references.memberOf(source, value));
      default:
        return undefined;
    }
  }

  #render(row: GroupRow, asked: ReadonlySet<string> | 'all'): JsonObject {
    const { schemas } = this.#parts;
    const { id, group, createdAt: created, modifiedAt: modified } = toGroup(row);
    return renderGroup(group, { id, created, modified, location: '', members: this.#members(row.source, id, asked) }, schemas);
  }

  /** Only the members that the filter asks for: whether it holds depends on no others. */
  #members(source: SourceId, group: ResourceId, asked: ReadonlySet<string> | 'all') {
    const { memberships, references } = this.#parts;
    if (asked === 'all') return memberships.page(group, undefined, -1).map((member) => toRef(member, member.id));
    return [...asked].flatMap((value) => {
      const member = memberships.one(group, references.memberOf(source, value));
      return member === undefined ? [] : [toRef(member, value)];
    });
  }
}

function toRef({ type, display }: Member, value: string) {
  return { value, ...(type !== undefined && { type }), ...(display !== undefined && { display }) };
}

/** Ids of the members on which a filter depends: none, those it compares by `members eq` or `members.value eq`, or all. */
function membersAsked(filter: Filter): ReadonlySet<string> | 'all' {
  switch (filter.is) {
    case 'and':
    case 'or':
      return filter.filters
        .map(membersAsked)
        .reduce<ReadonlySet<string> | 'all'>((sum, one) => (sum === 'all' || one === 'all' ? 'all' : new Set([...sum, ...one])), new Set());
    case 'not':
      return membersAsked(filter.filter);
    case 'compare': {
      const name = filter.attribute.toLowerCase();
      if (!name.includes('members')) return new Set();
      const { operator, value } = filter;
      if (operator !== 'eq' || typeof value !== 'string' || !/(^|:)members(\.value)?$/.test(name)) return 'all';
      return new Set([value]);
    }
    case 'present':
    case 'values':
      return filter.attribute.toLowerCase().includes('members') ? valuesAsked(filter) : new Set();
  }
}

function valuesAsked(filter: Filter): ReadonlySet<string> | 'all' {
  if (filter.is !== 'values') return 'all';
  const { filter: inner } = filter;
  if (inner.is !== 'compare' || inner.operator !== 'eq' || inner.attribute.toLowerCase() !== 'value') return 'all';
  return typeof inner.value === 'string' ? new Set([inner.value]) : 'all';
}
