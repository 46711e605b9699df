// Finds Groups by SCIM filter.
import type { SourceId } from '../../../domain/ids.ts';
import type { Group } from '../../../domain/person.ts';
import { fold } from '../../../scim/case-folding.ts';
import type { Schemas } from '../../../scim/schema/compile-schemas.ts';
import type { Page, Query } from '../../staging.ts';
import { bind, sql } from './filter/sql-fragment.ts';
import { groupAttributes, groupJson } from './filter/group-attributes.ts';
import type { IndexLookUps } from './filter/select-index.ts';
import { toGroup, type GroupRows } from './group-rows.ts';
import { runQuery, type QueryableType, type QueryParts } from './run-query.ts';
import type { MembershipRows } from './membership-rows.ts';
import type { References } from './references.ts';
import type { SourceCounters } from './source-counters.ts';

interface Parts {
  readonly listing: QueryParts;
  readonly rows: GroupRows;
  readonly memberships: MembershipRows;
  readonly references: References;
  readonly counters: SourceCounters;
  readonly schemas: Schemas;
}

/** Finds Groups by SCIM filter, in any Source. */
export class FindGroups {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A page of the Groups of a Source. @throws {ScimError} for an unsupported filter or sort, or one that takes too long. */
  find(source: SourceId, query: Query): Promise<Page<Group>> {
    return runQuery(this.#parts.listing, this.#listed(source), query);
  }

  #listed(source: SourceId): QueryableType<Group> {
    const { rows, references, counters, schemas } = this.#parts;
    return {
      type: schemas.group,
      source,
      total: () => counters.counts(source).groups,
      listing: (limit, offset) => rows.listing(source, limit, offset),
      listingAfter: (n, limit) => rows.listingAfter(source, n, limit),
      lastN: () => rows.lastN(source),
      read: (n) => {
        const row = rows.byN(n);
        return row && { value: toGroup(row), size: row.document.length };
      },
      lookUps: this.#lookUps(source),
      table: sql`groups as resource`,
      listingTable: sql`groups as resource indexed by groups_listing`,
      isOwn: sql`resource.source = ${bind(source)} and resource.deleted_seq is null`,
      locate: groupAttributes(schemas.group, (sent) => references.memberOf(source, sent)),
      jsonOf: (name) => groupJson(schemas.group, name),
    };
  }

  #lookUps(source: SourceId): IndexLookUps {
    const { rows, memberships, references } = this.#parts;
    const { finders } = rows;
    return new Map([
      ['id', { rank: 1, find: (value, after, limit) => finders.byId.all(source, value, after, limit) }],
      ['displayName', { rank: 1, find: (value, after, limit) => finders.byDisplayKey.all(source, fold(value), after, limit) }],
      ['externalId', { rank: 2, find: (value, after, limit) => finders.byExternalId.all(source, value, after, limit) }],
      [
        'members.value',
        { rank: 5, find: (value, after, limit) => memberships.groupsWith(source, references.memberOf(source, value), after, limit) },
      ],
    ]);
  }
}
