// Builds request bodies and queries in Entra's formats.
import { enterpriseUserUrn, groupUrn, userUrn } from '../scim/resource.ts';
import type { EntraGroup, EntraPerson } from './entra-directory.ts';
import { entraMapping, toPath, type EntraTarget } from './entra-mapping.ts';

/**
 * The format of PATCH bodies. `default`: one operation per attribute, capitalized `op`, booleans as text. `compliant`: the format with the
 * Tenant URL flag `aadOptscim062020` (docs/entra-facts.md#patch-by-default and docs/entra-facts.md#patch-with-the-flag).
 */
export type EntraShape = 'default' | 'compliant';

/** One PATCH operation in Entra's format. */
export interface EntraOperation {
  readonly op: string;
  readonly path?: string;
  readonly value?: unknown;
}

/** A PatchOp message. */
export interface EntraPatch {
  readonly schemas: readonly string[];
  readonly Operations: readonly EntraOperation[];
}

type Body = Record<string, unknown>;

/** The body that creates a User. Empty attributes are omitted, like Entra does (docs/entra-facts.md#empty-values). */
export function toUserBody(person: EntraPerson): Body {
  const body: Body = { schemas: [userUrn, enterpriseUserUrn], meta: { resourceType: 'User' } };
  for (const { from, to } of entraMapping) {
    const value = person[from];
    if (!isEmpty(value)) place(body, to, value);
  }
  return body;
}

/** The body that creates a Group: without members, and with the second URN of Microsoft's sample (docs/entra-facts.md#creating-groups). */
export function toGroupBody(group: EntraGroup): Body {
  return {
    schemas: [groupUrn, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
    externalId: group.objectId,
    displayName: group.displayName,
    meta: { resourceType: 'Group' },
  };
}

/**
 * The PATCH with the differences between the last sent and the current state of a User; `undefined` if there are none. `was` is missing if
 * the User was matched and not created: then everything is sent. An attribute that became empty is removed only with `clearEmpty`; Entra
 * sends nothing for it (docs/entra-facts.md#empty-values).
 */
export function toUserPatch(
  was: EntraPerson | undefined,
  is: EntraPerson,
  options: { readonly shape: EntraShape; readonly clearEmpty: boolean },
): EntraPatch | undefined {
  const set: EntraAssignment[] = [];
  const cleared: string[] = [];
  for (const { from, to } of entraMapping) {
    if (was?.[from] === is[from]) continue;
    if (!isEmpty(is[from])) set.push({ to, value: is[from], existed: !isEmpty(was?.[from]) });
    else if (options.clearEmpty && !isEmpty(was?.[from])) cleared.push(toPath(to));
  }
  const removals = cleared.map((path) => ({ op: spell('Remove', options.shape), path }));
  const operations = [...(options.shape === 'default' ? assignOneByOne(set) : assignTogether(set)), ...removals];
  return operations.length === 0 ? undefined : toPatch(operations);
}

/** The PATCH that sets the manager by SCIM id or clears it (`undefined`), in the formats of Entra (docs/entra-facts.md#manager). */
export function toManagerPatch(managerId: string | undefined, shape: EntraShape): EntraPatch {
  const path = `${enterpriseUserUrn}:manager`;
  if (managerId === undefined) return toPatch([{ op: spell('Remove', shape), path }]);
  return toPatch([{ op: spell('Add', shape), path, value: shape === 'default' ? managerId : { value: managerId } }]);
}

/** The PATCH that renames a group. */
export function toRenamePatch(displayName: string, shape: EntraShape): EntraPatch {
  if (shape === 'default') return toPatch([{ op: 'Replace', path: 'displayName', value: displayName }]);
  return toPatch([{ op: 'replace', value: { displayName } }]);
}

/** The PATCH that adds members by SCIM id. */
export function toAddMembersPatch(ids: readonly string[], shape: EntraShape): EntraPatch {
  return toPatch([{ op: spell('Add', shape), path: 'members', value: ids.map(toReference) }]);
}

/**
 * The PATCH that removes members by SCIM id: one list of values by default, one path per member with the flag
 * (docs/entra-facts.md#removing-members).
 */
export function toRemoveMembersPatch(ids: readonly string[], shape: EntraShape): EntraPatch {
  if (shape === 'default') return toPatch([{ op: 'Remove', path: 'members', value: ids.map(toReference) }]);
  return toPatch(ids.map((id) => ({ op: 'remove', path: `members[value eq "${id}"]` })));
}

/** A filter query as Entra encodes it: form encoding, with spaces as `+` (docs/entra-facts.md#query-encoding). */
export function toFilterQuery(attribute: string, value: string): string {
  const literal = JSON.stringify(value);
  return new URLSearchParams({ filter: `${attribute} eq ${literal}` }).toString();
}

interface EntraAssignment {
  readonly to: EntraTarget;
  readonly value: unknown;
  readonly existed: boolean;
}

function assignOneByOne(set: readonly EntraAssignment[]): readonly EntraOperation[] {
  return set.map(({ to, value, existed }) => ({ op: existed ? 'Replace' : 'Add', path: toPath(to), value: spellBoolean(value) }));
}

/** With the flag, single-valued attributes share one operation without a path; a PATCH that only disables a person has a path. */
function assignTogether(set: readonly EntraAssignment[]): readonly EntraOperation[] {
  const [only] = set;
  if (set.length === 1 && only && toPath(only.to) === 'active') return [{ op: 'replace', path: 'active', value: only.value }];
  const elements = set.filter(({ to }) => to.is === 'element');
  const singles = set.filter(({ to }) => to.is !== 'element');
  const operations: EntraOperation[] = elements.map(({ to, value, existed }) => ({
    op: existed ? 'replace' : 'add',
    path: toPath(to),
    value,
  }));
  if (singles.length > 0) {
    operations.push({ op: 'replace', value: Object.fromEntries(singles.map(({ to, value }) => [toPath(to), value])) });
  }
  return operations;
}

function place(body: Body, target: EntraTarget, value: unknown): void {
  switch (target.is) {
    case 'attribute':
      body[target.name] = value;
      return;
    case 'part':
      body[target.name] = { ...(body[target.name] as Body | undefined), [target.part]: value };
      return;
    case 'element':
      body[target.name] = placeInElement((body[target.name] ?? []) as readonly Body[], target, value);
      return;
    case 'enterprise':
      body[enterpriseUserUrn] = { ...(body[enterpriseUserUrn] as Body | undefined), [target.name]: value };
  }
}

function placeInElement(elements: readonly Body[], target: Extract<EntraTarget, { is: 'element' }>, value: unknown): readonly Body[] {
  const present = elements.find((element) => element['type'] === target.type);
  if (present) return elements.map((element) => (element === present ? { ...element, [target.part]: value } : element));
  const primary = target.name === 'emails' ? { primary: true } : {};
  return [...elements, { ...primary, type: target.type, [target.part]: value }];
}

function toPatch(operations: readonly EntraOperation[]): EntraPatch {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations };
}

function toReference(id: string): { readonly $ref: null; readonly value: string } {
  return { $ref: null, value: id };
}

function spell(op: 'Add' | 'Replace' | 'Remove', shape: EntraShape): string {
  return shape === 'default' ? op : op.toLowerCase();
}

function spellBoolean(value: unknown): unknown {
  return typeof value === 'boolean' ? (value ? 'True' : 'False') : value;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === '';
}
