import type { SourceId } from '../../../domain/ids.ts';
import { fold } from '../../../scim/fold.ts';
import type { ResourceSchema, Schemas } from '../../../scim/schema/compile.ts';
import type { Page, PersonWithGroups, Query } from '../../store.ts';
import { bind, sql } from './filter/fragment.ts';
import type { LookUps } from './filter/narrow.ts';
import { managerPath, userHolders, userJson, type FindHolder } from './filter/user-holders.ts';
import { list, type Listed, type ListingParts } from './listing.ts';
import type { MembershipRows } from './membership-rows.ts';
import type { Item } from './page-items.ts';
import { toPerson, type PersonRows } from './person-rows.ts';
import type { SourceTally } from './tally.ts';

interface Parts {
  readonly listing: ListingParts;
  readonly rows: PersonRows;
  readonly memberships: MembershipRows;
  readonly tally: SourceTally;
  readonly schemas: Schemas;
}

/** About how long a Group is where a Person is shown, its name apart: its id, its address and their labels. In characters. */
const groupSize = 160;

/** Finds Users of any Source. */
export class FindUsers {
  readonly #parts: Parts;
  readonly #type: ResourceSchema;
  readonly #holderOf: FindHolder;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#type = parts.schemas.user;
    this.#holderOf = userHolders(this.#type);
  }

  /** A page of the Users of a Source. @throws {ScimError} for a filter or an order that cannot be, and one that takes too long. */
  find(source: SourceId, query: Query): Promise<Page<PersonWithGroups>> {
    return list(this.#parts.listing, this.#listed(source, query.withGroups ?? true), query);
  }

  #listed(source: SourceId, withGroups: boolean): Listed<PersonWithGroups> {
    const { rows, tally } = this.#parts;
    return {
      type: this.#type,
      source,
      total: () => tally.counts(source).people,
      listing: (limit, offset) => rows.listing(source, limit, offset),
      listingAfter: (n, limit) => rows.listingAfter(source, n, limit),
      lastN: () => rows.lastN(source),
      read: (n) => this.#read(source, n, withGroups),
      lookUps: this.#lookUps(source),
      table: sql`persons as resource`,
      listingTable: sql`persons as resource indexed by persons_listing`,
      ours: sql`resource.source = ${bind(source)}`,
      holderOf: this.#holderOf,
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

  #lookUps(source: SourceId): LookUps {
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
