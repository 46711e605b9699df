// Finds Users by SCIM filter.
import type { SourceId } from '../../../domain/ids.ts';
import { fold } from '../../../scim/case-folding.ts';
import type { ResourceSchema, Schemas } from '../../../scim/schema/compile-schemas.ts';
import type { Page, PersonWithGroups, Query } from '../../staging.ts';
import { bind, sql } from './filter/sql-fragment.ts';
import type { IndexLookUps } from './filter/select-index.ts';
import { managerPath, userAttributes, userJson, type LocateAttribute } from './filter/user-attributes.ts';
import { runQuery, type QueryableType, type QueryParts } from './run-query.ts';
import type { MembershipRows } from './membership-rows.ts';
import type { Item } from './read-page-items.ts';
import { toPerson, type PersonRows } from './person-rows.ts';
import type { SourceCounters } from './source-counters.ts';

interface Parts {
  readonly listing: QueryParts;
  readonly rows: PersonRows;
  readonly memberships: MembershipRows;
  readonly counters: SourceCounters;
  readonly schemas: Schemas;
}

/** Approximate size of a Group in the response for a Person, without its name: its id, its URL and their labels. In characters. */
const groupSize = 160;

/** Finds Users by SCIM filter, in any Source. */
export class FindUsers {
  readonly #parts: Parts;
  readonly #type: ResourceSchema;
  readonly #locate: LocateAttribute;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#type = parts.schemas.user;
    this.#locate = userAttributes(this.#type);
  }

  /** A page of the Users of a Source. @throws {ScimError} for an unsupported filter or sort, or one that takes too long. */
  find(source: SourceId, query: Query): Promise<Page<PersonWithGroups>> {
    return runQuery(this.#parts.listing, this.#listed(source, query.withGroups ?? true), query);
  }

  #listed(source: SourceId, withGroups: boolean): QueryableType<PersonWithGroups> {
    const { rows, counters } = this.#parts;
    return {
      type: this.#type,
      source,
      total: () => counters.counts(source).people,
      listing: (limit, offset) => rows.listing(source, limit, offset),
      listingAfter: (n, limit) => rows.listingAfter(source, n, limit),
      lastN: () => rows.lastN(source),
      read: (n) => this.#read(source, n, withGroups),
      lookUps: this.#lookUps(source),
      table: sql`persons as resource`,
      listingTable: sql`persons as resource indexed by persons_listing`,
      isOwn: sql`resource.source = ${bind(source)}`,
      locate: this.#locate,
      jsonOf: (name) => userJson(this.#type, name),
    };
  }

  #read(source: SourceId, n: number, withGroups: boolean): Item<PersonWithGroups> | undefined {
    const row = this.#parts.rows.byN(n);
    if (row === undefined) return undefined;
    const groups = withGroups ? this.#parts.memberships.groupsOf(source, row.id) : [];
    const size = groups.reduce((sum, { displayName }) => sum + groupSize + displayName.length, row.document.length);
    return { value: { person: toPerson(row), groups }, size };
  }

  #lookUps(source: SourceId): IndexLookUps {
    const { finders } = this.#parts.rows;
    return new Map([
      ['userName', { rank: 1, find: (value, after, limit) => finders.byUserKey.all(source, fold(value), after, limit) }],
      ['id', { rank: 1, find: (value, after, limit) => finders.byId.all(source, value, after, limit) }],
      ['externalId', { rank: 2, find: (value, after, limit) => finders.byExternalId.all(source, value, after, limit) }],
      [
        'emails[type eq "work"].value',
        { rank: 3, find: (value, after, limit) => finders.byWorkEmail.all(source, fold(value), after, limit) },
      ],
      ['emails.value', { rank: 3, find: (value, after, limit) => finders.byEmail.all(source, fold(value), after, limit) }],
      ['displayName', { rank: 4, find: (value, after, limit) => finders.byDisplayKey.all(source, fold(value), after, limit) }],
      [`${managerPath}.value`, { rank: 5, find: (value, after, limit) => finders.byManager(source, value, after, limit) }],
    ]);
  }
}
