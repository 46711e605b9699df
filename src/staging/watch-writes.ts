import type { SourceStore, Store } from '../store/store.ts';

/** The SCIM side of a store that tells after each write that is on disk. `written` must not throw; it is called often. */
export function watchWrites(store: Pick<Store, 'of'>, written: () => void): Pick<Store, 'of'> {
  const tell = <T>(value: T): T => {
    written();
    return value;
  };
  const watch = ({ users, groups }: SourceStore): SourceStore => ({
    users: {
      create: (...write) => users.create(...write).then(tell),
      update: (...write) => users.update(...write).then(tell),
      remove: (...write) => users.remove(...write).then(tell),
      get: (id) => users.get(id),
      find: (query) => users.find(query),
    },
    groups: {
      create: (...write) => groups.create(...write).then(tell),
      edit: (...write) => groups.edit(...write).then(tell),
      remove: (...write) => groups.remove(...write).then(tell),
      get: (id) => groups.get(id),
      find: (query) => groups.find(query),
      members: (...page) => groups.members(...page),
    },
  });
  return { of: (source) => watch(store.of(source)) };
}
