import type { LeaverReason, LeaverStep } from '../../src/domain/target.ts';
import { toDefinition, unwritable } from './rules.ts';
import type { KindName, Rules } from './steps.ts';

/** A person in the model's state of the directory. */
export interface Someone {
  readonly id: string;
  readonly who: number;
  email: string;
  name: string;
  department: string;
  active: boolean;
  gone: boolean;
  /** All e-mails that the person ever had. */
  readonly emails: Set<string>;
}

/** The scope group of the directory, existing or deleted. */
export interface SomeGroup {
  readonly id: string;
  name: string;
  gone: boolean;
  readonly members: Set<string>;
}

/** The model's state of the directory. */
export interface Picture {
  readonly people: Map<string, Someone>;
  readonly groups: Map<string, SomeGroup>;
}

/** A record in the format of all simulated systems. */
export interface Row {
  readonly Email: string;
  readonly Name: string;
  readonly Department: string;
}

/** The expected result of the rules for one person at one Target. */
export type Wanted =
  | { readonly is: 'there'; readonly row: Row }
  /** In scope without a valid row, or undecidable because the group was deleted (`unknown`): an existing record stays. */
  | { readonly is: 'noRow'; readonly unknown: boolean }
  | { readonly is: 'leaver'; readonly reason: LeaverReason; readonly condition?: string; readonly steps: readonly LeaverStep[] };

/** The applied rules of a Target that decide about people. */
export interface InForce {
  readonly target: KindName;
  readonly rules: Rules;
  /** Ids of the group in the scope, if it existed at the apply; empty: the group is identified by name. */
  readonly pinned: readonly string[];
}

/** Computes the expected result for a person by simple rules and the model's own data, without code of the engine. */
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

/** The record of a person by the mapping. */
export function toRow(person: Someone, rules: Rules): Row {
  return {
    Email: person.email.toLowerCase(),
    Name: rules.name === 'plain' ? person.name : `${person.name} (host)`,
    Department: person.department,
  };
}

/** A deleted group decides nothing, so its people stay. */
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

/** The removals that may be due by now for a person who has been a leaver since `since`; none if no step is due. */
export function dueRemovals(wanted: Wanted, since: number, now: number): ReadonlySet<'deactivate' | 'delete'> {
  if (wanted.is !== 'leaver') return new Set();
  return new Set(wanted.steps.filter((step) => since + step.afterMs <= now).map((step) => step.do));
}
