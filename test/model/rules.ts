import type { GuardSettings, Leavers, ScopeRule, TargetDefinition } from '../../src/domain/target.ts';
import type { KindName, Rules } from './steps.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** Name of the group in scopes. */
export const hostGroup = 'Visitor Hosts';

/** A character that all simulated systems reject. */
export const unwritable = '王';

/** The definition of an edition of a Target's file. `edition` identifies the applied edition. */
export function toDefinition(target: KindName, rules: Rules, edition: number): TargetDefinition {
  return {
    target,
    connector: target,
    title: target,
    driver: 'model',
    folder: '/model',
    can: target === 'file' ? ['create', 'update', 'delete'] : ['create', 'update', 'deactivate', 'delete'],
    ...(target === 'file' && { absent: 'kept' as const }),
    match: [['Email']],
    settings: { edition },
    tables: {},
    scope: scopes[rules.scope],
    mapping: {
      Email: { from: 'lower(email)', empty: 'hold' },
      Name: { from: rules.name === 'plain' ? 'displayName' : 'displayName + " (host)"' },
      Department: { from: 'department' },
    },
    leavers: target === 'file' ? fileLeavers[rules.leavers] : leavers[rules.leavers],
    schedule: { onChange: rules.onChange },
    guard: guards[rules.guard],
    groupIds: {},
  };
}

const scopes: Readonly<Record<Rules['scope'], readonly ScopeRule[]>> = {
  everyone: [],
  hosts: [{ name: 'is a host', rule: `memberOf("${hostGroup}")` }],
  staff: [{ name: 'is staff', rule: 'department != "External"' }],
};

const atOnce = [{ do: 'delete', afterMs: 0 }] as const;
const off = [{ do: 'deactivate', afterMs: 0 }] as const;

const leavers: Readonly<Record<Rules['leavers'], Leavers>> = {
  delete: { gone: atOnce, inactive: atOnce, outOfScope: atOnce },
  later: {
    gone: [{ do: 'delete', afterMs: 2 * day }],
    inactive: [
      { do: 'deactivate', afterMs: 0 },
      { do: 'delete', afterMs: 2 * day },
    ],
    outOfScope: [{ do: 'deactivate', afterMs: hour }],
  },
  mixed: { gone: atOnce, outOfScope: off },
  keep: {},
};

/** A file has no deactivated rows. */
const fileLeavers: Readonly<Record<Rules['leavers'], Leavers>> = {
  delete: leavers.delete,
  later: { gone: [{ do: 'delete', afterMs: 2 * day }], inactive: [{ do: 'delete', afterMs: hour }], outOfScope: atOnce },
  mixed: { gone: atOnce, outOfScope: atOnce },
  keep: {},
};

const changes = { share: 1, withinMs: hour };

/** Limits by name. */
export const guards: Readonly<Record<Rules['guard'], GuardSettings>> = {
  usual: { removals: { most: 3, share: 0.6, withinMs: day, waitMs: 0 }, changes },
  strict: { removals: { most: 1, share: 0.6, withinMs: day, waitMs: 0 }, changes },
  loose: { removals: { most: 100, share: 1, withinMs: day, waitMs: 0 }, changes },
  waiting: { removals: { most: 2, share: 0.6, withinMs: day, waitMs: 600_000 }, changes },
};
