import type { LeaverReason, LeaverStep } from '../../src/domain/target.ts';
import { toDefinition, unwritable } from './rules.ts';
import type { KindName, Rules } from './steps.ts';

/** A person as the directory has it, in the model's own picture. */
export interface Someone {
  readonly id: string;
  readonly who: number;
  email: string;
  name: string;
  department: string;
  active: boolean;
  gone: boolean;
  /** Every e-mail that it ever had. */
  readonly emails: Set<string>;
}

/** The scope group of the directory, now or once. */
export interface SomeGroup {
  readonly id: string;
  name: string;
  gone: boolean;
  readonly members: Set<string>;
}

/** The directory in the model's own picture. */
export interface Picture {
  readonly people: Map<string, Someone>;
  readonly groups: Map<string, SomeGroup>;
}

/** A record as every system here has it. */
export interface Row {
  readonly Email: string;
  readonly Name: string;
  readonly Department: string;
}

/** The result of the rules for one person at one Target. */
export type Wanted =
  | { readonly is: 'there'; readonly row: Row }
  /** In scope without a valid row, or undecidable because the group was deleted (`unknown`): an existing record stays. */
  | { readonly is: 'noRow'; readonly unknown: boolean }
  | { readonly is: 'leaver'; readonly reason: LeaverReason; readonly condition?: string; readonly steps: readonly LeaverStep[] };

/** What is in force at a Target, as far as it decides about people. */
export interface InForce {
  readonly target: KindName;
  readonly rules: Rules;
  /** Ids of the group that the scope means, where it was seen; empty: by its name. */
  readonly pinned: readonly string[];
}

/** The result of the rules for a person. Simple rules over the model's own data; shares no code with the engine. */
export function judge(person: Someone, { target, rules, pinned }: InForce, { groups }: Picture): Wanted {
  const steps = toDefinition(target, rules, 0).leavers;
  const scope = judgeScope(person, rules, pinned, groups);
  const reasons: LeaverReason[] = [];
  if (person.gone) reasons.push('gone');
  else {
    if (!person.active) reasons.push('inactive');
    if (scope === 'out') reasons.push('outOfScope');
  }
  const reason = reasons.find((one) => (steps[one] ?? []).length > 0) ?? reasons[0];
  if (reason !== undefined) {
    const condition = rules.scope === 'hosts' ? 'is a host' : 'is staff';
    return { is: 'leaver', reason, steps: steps[reason] ?? [], ...(reason === 'outOfScope' && { condition }) };
  }
  if (scope === 'unknown' || person.email === '') return { is: 'noRow', unknown: scope === 'unknown' };
  const row = toRow(person, rules);
  return target === 'file' && row.Name.includes(unwritable) ? { is: 'noRow', unknown: false } : { is: 'there', row };
}

/** The record that the mapping makes of a person. */
export function toRow(person: Someone, rules: Rules): Row {
  return {
    Email: person.email.toLowerCase(),
    Name: rules.name === 'plain' ? person.name : `${person.name} (host)`,
    Department: person.department,
  };
}

/** A deleted group decides about no one. */
function judgeScope(person: Someone, rules: Rules, pinned: readonly string[], groups: Picture['groups']): 'in' | 'out' | 'unknown' {
  switch (rules.scope) {
    case 'everyone':
      return 'in';
    case 'staff':
      return person.department === 'External' ? 'out' : 'in';
    case 'hosts': {
      const known = pinned.flatMap((id) => groups.get(id) ?? []);
      if (known.length > 0 && known.every((group) => group.gone)) return 'unknown';
      const meant = known.length > 0 ? known : [...groups.values()].filter((group) => group.name.toLowerCase() === 'visitor hosts');
      return meant.some((group) => !group.gone && group.members.has(person.id)) ? 'in' : 'out';
    }
  }
}

/** The removals that are due for a leaver since `since`: none, or what it may come to by now. */
export function dueRemovals(wanted: Wanted, since: number, now: number): ReadonlySet<'deactivate' | 'delete'> {
  if (wanted.is !== 'leaver') return new Set();
  return new Set(wanted.steps.filter((step) => since + step.afterMs <= now).map((step) => step.do));
}
