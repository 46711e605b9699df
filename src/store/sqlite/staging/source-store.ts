// Implements the store of one Source on SQLite.
import type { Origin } from '../../../domain/change.ts';
import type { ResourceId, SourceId } from '../../../domain/ids.ts';
import type { Group, Person } from '../../../domain/person.ts';
import { CreationRefused, ScimError } from '../../../scim/errors.ts';
import type { Creation, SourceStore } from '../../staging.ts';
import type { DatabaseAccess } from '../database-access.ts';
import { SqliteGroups, type GroupParts } from './groups.ts';
import { SqliteUsers, type UserParts } from './users.ts';

/** SCIM operations on the data of one Source. */
export class SqliteSourceStore implements SourceStore {
  readonly users: SqliteUsers;
  readonly groups: SqliteGroups;
  readonly #access: DatabaseAccess;
  readonly #newId: () => ResourceId;

  constructor(source: SourceId, users: UserParts, groups: GroupParts) {
    this.users = new SqliteUsers(source, users);
    this.groups = new SqliteGroups(source, groups);
    this.#access = users.access;
    this.#newId = users.newId;
  }

  reserveId(): ResourceId {
    return this.#newId();
  }

  createTogether(creations: readonly Creation[], by: Origin): Promise<readonly (Person | Group)[]> {
    const units = creations.map((creation) => this.#unitOf(creation, by));
    return this.#access.write(() => units.map(runUnit));
  }

  #unitOf(creation: Creation, by: Origin): () => Person | Group {
    switch (creation.type) {
      case 'User':
        return this.users.creation(creation.user, by, creation.id);
      case 'Group':
        return this.groups.creation(creation.group, creation.members, by, creation.id);
    }
  }
}

/** Wraps only errors that are meant for the client. Errors of SQLite must reach the writer unchanged. */
function runUnit(unit: () => Person | Group, at: number): Person | Group {
  try {
    return unit();
  } catch (error) {
    throw error instanceof ScimError ? new CreationRefused(at, error) : error;
  }
}
