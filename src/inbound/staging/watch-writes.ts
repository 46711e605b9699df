// Wraps the staging store to report every write.
import type { Groups, SourceStore, StagingStore, Users } from '../../store/staging.ts';

/** Reports the write, and returns its result unchanged. */
type Tell = <T>(value: T) => T;

/** Wraps the SCIM side of a store: calls `written` after each durable write. `written` must not throw; it is called often. */
export function watchWrites(store: Pick<StagingStore, 'of'>, written: () => void): Pick<StagingStore, 'of'> {
  const tell: Tell = (value) => {
    written();
    return value;
  };
  const watch = (source: SourceStore): SourceStore => ({
    users: watchUsers(source.users, tell),
    groups: watchGroups(source.groups, tell),
    reserveId: () => source.reserveId(),
    createTogether: (...write) => source.createTogether(...write).then(tell),
  });
  return { of: (source) => watch(store.of(source)) };
}

function watchUsers(users: Users, tell: Tell): Users {
  return {
    create: (...write) => users.create(...write).then(tell),
    update: (...write) => users.update(...write).then(tell),
    remove: (...write) => users.remove(...write).then(tell),
    get: (id) => users.get(id),
    find: (query) => users.find(query),
  };
}

function watchGroups(groups: Groups, tell: Tell): Groups {
  return {
    create: (...write) => groups.create(...write).then(tell),
    edit: (...write) => groups.edit(...write).then(tell),
    remove: (...write) => groups.remove(...write).then(tell),
    get: (id) => groups.get(id),
    find: (query) => groups.find(query),
    members: (...page) => groups.members(...page),
  };
}
