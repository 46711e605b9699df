import type { SourceId } from '../../../domain/ids.ts';
import { renderUser } from '../../../scim/render.ts';
import type { JsonObject } from '../../../scim/resource.ts';
import type { Schemas } from '../../../scim/schema/compile.ts';
import type { Page, PersonWithGroups, Query } from '../../store.ts';
import type { Access } from '../access.ts';
import { list } from './listing.ts';
import type { Listed } from './listing.ts';
import type { MembershipRows } from './membership-rows.ts';
import { fold } from '../../../scim/fold.ts';
import { toPerson } from './person-rows.ts';
import type { PersonRow, PersonRows } from './person-rows.ts';
import type { SourceTally } from './tally.ts';

interface Parts {
  readonly access: Access;
  readonly rows: PersonRows;
  readonly memberships: MembershipRows;
  readonly tally: SourceTally;
  readonly schemas: Schemas;
}

type LookUp = (source: SourceId, value: string) => readonly number[];

/** Finds Users of any Source. */
export class FindUsers {
  readonly #parts: Parts;
  readonly #indexed: ReadonlyMap<string, LookUp>;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { finders } = parts.rows;
    this.#indexed = new Map<string, LookUp>([
      ['id', (source, value) => finders.byId.all(source, value)],
      ['externalId', (source, value) => finders.byExternalId.all(source, value)],
      ['userName', (source, value) => finders.byUserKey.all(source, fold(value))],
      ['emails.value', (source, value) => finders.byEmail.all(source, fold(value))],
      ['emails[type eq "work"].value', (source, value) => finders.byWorkEmail.all(source, fold(value))],
      ['displayName', (source, value) => finders.byDisplayKey.all(source, fold(value))],
    ]);
  }

  /** A page of the Users of a Source. @throws {ScimError} for a filter or an order that cannot be. */
  async find(source: SourceId, query: Query): Promise<Page<PersonWithGroups>> {
    const { access, memberships } = this.#parts;
    const { total, rows, next } = await list(access, this.#listed(source), query);
    const items = await access.read(() => rows.map((row) => ({ person: toPerson(row), groups: memberships.groupsOf(source, row.id) })));
    return { total, items, ...(next !== undefined && { next }) };
  }

  #listed(source: SourceId): Listed<PersonRow> {
    const { rows, tally, schemas } = this.#parts;
    return {
      type: schemas.user,
      total: () => tally.counts(source).people,
      page: (n, limit) => rows.page(source, n, limit),
      byN: (n) => rows.byN(n),
      listing: (limit, offset) => rows.listing(source, limit, offset),
      lookUp: ({ attribute, value }) => this.#indexed.get(attribute)?.(source, String(value)),
      render: (row, names) => this.#render(row, names),
    };
  }

  #render(row: PersonRow, names: readonly string[]): JsonObject {
    const { memberships, schemas } = this.#parts;
    const person = toPerson(row);
    const groups = names.some((name) => name.includes('groups'))
      ? memberships.groupsOf(row.source, row.id).map(({ id, displayName }) => ({ value: id, display: displayName }))
      : [];
    return renderUser(
      person.user,
      { id: person.id, created: person.createdAt, modified: person.modifiedAt, location: '', groups },
      schemas,
    );
  }
}
