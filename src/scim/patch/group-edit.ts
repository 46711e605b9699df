// The type of a reduced Group PATCH: attributes, and members to add or remove.
import type { Filter } from '../filter/filter-tree.ts';
import type { MemberRef, ScimGroup } from '../resource.ts';

/** A reduced PATCH of a Group: one edit that needs no member list in memory. Both parts are applied together or neither is. */
export interface GroupEdit {
  /**
   * Absent when the PATCH is about members only. Pure and repeatable; gives back the same object when nothing changes.
   * @throws {ScimError} when an operation does not fit the Group as it is now.
   */
  readonly change?: (group: ScimGroup) => ScimGroup;
  /** Absent when the PATCH is not about members. */
  readonly members?: MembersEdit;
}

/**
 * The members afterwards are: those of `base`, less `remove`, less those that `removeWhere` matches, and then `add`; and with those, the
 * same by `next`. To add a member that is there and to remove one that is not are no changes. No id is in both `add` and `remove`.
 */
export interface MembersEdit {
  /** `keep`: the present members; `none`: start from an empty Group (then `remove` is empty, `removeWhere` absent). */
  readonly base: 'keep' | 'none';
  /** Each id at most once. */
  readonly add: readonly MemberRef[];
  /** Member ids, each at most once. */
  readonly remove: readonly string[];
  /** Over the sub-attributes of a member (`value`, `type`, `display`, `$ref`); compile it with `memberMatcher`. */
  readonly removeWhere?: Filter;
  /**
   * What is done after this edit, from its result; its base is `keep`. Absent unless a member is removed after others were added: only
   * the store knows whom an id, an externalId or a filter means then.
   */
  readonly next?: MembersEdit;
}
