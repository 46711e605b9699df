// Reduces a PATCH of a Group to one edit, without reading members.
import { invalidValue, notMutable, ScimError } from '../errors.ts';
import { memberMatcher } from '../filter/compile-filter.ts';
import type { Filter } from '../filter/filter-tree.ts';
import { isUnassigned, listedForRemoval } from '../lenient/entra.ts';
import type { MemberRef, ScimGroup } from '../resource.ts';
import type { Schemas } from '../schema/compile-schemas.ts';
import { parseMembers } from '../parse-resource.ts';
import { applyChanges } from './apply-patch.ts';
import { resolveChanges, type AttributeChange } from './attribute-changes.ts';
import { countTerms } from './patch-limits.ts';
import type { GroupEdit, MembersEdit } from './group-edit.ts';
import type { PatchOperation } from './patch-operation.ts';

/**
 * Reduces a PATCH of a Group to one edit, without reading any member: the edit has the effect of the operations in order. A `remove` of
 * `members` with a value removes only those members (docs/entra-facts.md#removing-members). Both parts are absent for a PATCH without
 * effect.
 * @throws {ScimError} for an operation that is invalid for every Group: noTarget, invalidPath, invalidFilter, invalidValue, mutability, or 413
 * above the limits.
 */
export function reduceGroupPatch(operations: readonly PatchOperation[], schemas: Schemas): GroupEdit {
  const changes = resolveChanges(operations, schemas.group);
  const own = changes.filter((change) => !isAboutMembers(change));
  const members = changes.filter(isAboutMembers);
  return {
    ...(own.length > 0 && { change: (group: ScimGroup) => applyChanges(group, own, schemas.group) }),
    ...(members.length > 0 && { members: foldMembers(members, schemas) }),
  };
}

function isAboutMembers({ path }: AttributeChange): boolean {
  return path.extension === undefined && path.attribute.name === 'members';
}

/** Max comparisons in filters that name no ids: each is evaluated for every member. No known client sends more than one. */
const maxTerms = 20;

/** Accumulates the edits of the operations so far. The result of the edits is that of the operations in order. */
class MembersFold {
  #done: MembersEdit[] = [];
  #base: MembersEdit['base'] = 'keep';
  readonly #add = new Map<string, MemberRef>();
  readonly #remove = new Set<string>();
  #removeWhere: Filter[] = [];
  #terms = 0;

  add(members: readonly MemberRef[]): void {
    for (const member of members) {
      this.#remove.delete(member.value);
      // The first add applies: adding an existing member again changes nothing.
      if (!this.#add.has(member.value)) this.#add.set(member.value, member);
    }
  }

  remove(ids: readonly string[]): void {
    for (const id of ids) this.#add.delete(id);
    if (ids.length > 0) this.#settleAdded();
    if (this.#base === 'keep') for (const id of ids) this.#remove.add(id);
  }

  removeWhere(filter: Filter, schemas: Schemas): void {
    this.#terms += countTerms(filter);
    if (this.#terms > maxTerms)
      throw new ScimError(413, undefined, `Too many member comparisons in one PATCH (max ${maxTerms}). Split it into several requests.`);
    // Compiled only to validate the filter; the result is discarded.
    memberMatcher(filter, schemas);
    this.#settleAdded();
    if (this.#base === 'keep') this.#removeWhere.push(filter);
  }

  clear(): void {
    this.#done = [];
    this.#begin('none');
  }

  toEdit(): MembersEdit {
    return this.#done.reduceRight<MembersEdit>((next, edit) => ({ ...edit, next }), this.#current());
  }

  /**
   * Ends the current edit after members were added. A following removal can name an added member by another id or by a filter, so it must
   * see the members after the addition.
   */
  #settleAdded(): void {
    if (this.#add.size === 0) return;
    this.#done.push(this.#current());
    this.#begin('keep');
  }

  #begin(base: MembersEdit['base']): void {
    this.#base = base;
    this.#add.clear();
    this.#remove.clear();
    this.#removeWhere = [];
  }

  #current(): MembersEdit {
    const [first, ...more] = this.#removeWhere;
    const removeWhere: Filter | undefined = first && more.length > 0 ? { is: 'or', filters: [first, ...more] } : first;
    return { base: this.#base, add: [...this.#add.values()], remove: [...this.#remove], ...(removeWhere && { removeWhere }) };
  }
}

function foldMembers(changes: readonly AttributeChange[], schemas: Schemas): MembersEdit {
  const fold = new MembersFold();
  for (const change of changes) foldChange(fold, change, schemas);
  return fold.toEdit();
}

function foldChange(fold: MembersFold, change: AttributeChange, schemas: Schemas): void {
  const { op, path, raw } = change;
  if (path.sub) throw notMutable(path.sub.path, 'cannot be changed. Remove the member and add it again');
  if (path.filter) {
    if (op !== 'remove' && !isUnassigned(raw)) throw notMutable('members', 'can only be added (without brackets) or removed, not changed');
    const ids = idsOf(path.filter);
    return ids ? fold.remove(ids) : fold.removeWhere(path.filter, schemas);
  }
  if (op === 'add') return fold.add(parseMembers(raw, schemas));
  const listed = op === 'remove' ? listedForRemoval(raw) : undefined;
  if (listed) return fold.remove(parseMembers(listed, schemas).map((member) => member.value));
  if (op === 'replace' && raw === undefined)
    throw invalidValue('members', 'has no value in a replace operation. Send null or [] to clear it');
  fold.clear();
  if (op === 'replace') fold.add(parseMembers(raw, schemas));
}

/** The ids of a filter that compares `value` with ids, joined by `or`; undefined for any other filter. */
function idsOf(filter: Filter): readonly string[] | undefined {
  if (filter.is === 'or') {
    const ids = filter.filters.map(idsOf);
    return ids.every((one) => one !== undefined) ? ids.flat() : undefined;
  }
  const names = filter.is === 'compare' && filter.operator === 'eq' && filter.attribute.toLowerCase() === 'value';
  return names && filter.value !== null ? [String(filter.value)] : undefined;
}
