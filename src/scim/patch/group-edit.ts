// The type of a reduced Group PATCH: attributes, and members to add or remove.
import type { Filter } from '../filter/filter-tree.ts';
import type { MemberRef, ScimGroup } from '../resource.ts';

/** A reduced PATCH of a Group: one edit that needs no member list in memory. Either both parts are applied or neither. */
export interface GroupEdit {
  /**
   * Absent if the PATCH changes only members. Pure and repeatable; returns the same object if nothing changes.
   * @throws {ScimError} if an operation is not valid for the current Group.
   */
  readonly change?: (group: ScimGroup) => ScimGroup;
  /** Absent if the PATCH does not change members. */
  readonly members?: MembersEdit;
}

/**
 * The members after the edit: `base`, without `remove` and without the matches of `removeWhere`, plus `add`; then `next` is applied to the
 * result in the same way. Adding an existing member or removing an absent member changes nothing. No id is in both `add` and `remove`.
 */
export interface MembersEdit {
  /** `keep`: the current members; `none`: start from an empty Group (then `remove` is empty, `removeWhere` absent). */
  readonly base: 'keep' | 'none';
  /** Each id at most once. */
  readonly add: readonly MemberRef[];
  /** Member ids, each at most once. */
  readonly remove: readonly string[];
  /** Over the sub-attributes of a member (`value`, `type`, `display`, `$ref`); compile it with `memberMatcher`. */
  readonly removeWhere?: Filter;
  /**
   * A second edit of the result; its base is `keep`. Present only if members are removed after others were added: only the store can resolve
   * ids, externalIds and filters then.
   */
  readonly next?: MembersEdit;
}
