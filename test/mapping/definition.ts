import type { TargetDefinition } from '../../src/domain/target.ts';

/** A definition with one field and without conditions; `differing` replaces single keys. */
export function aDefinition(differing: Partial<TargetDefinition> = {}): TargetDefinition {
  return {
    target: 'front-desk',
    connector: 'sine-csv',
    title: 'Sine',
    driver: 'csv',
    folder: '/connectors/sine-csv',
    can: ['create', 'update', 'delete'],
    match: [['Email']],
    settings: {},
    tables: {},
    scope: [],
    mapping: { Email: { from: 'email' } },
    leavers: {},
    schedule: { onChange: true },
    guard: { removals: { most: 25, share: 0.05, withinMs: 86_400_000, waitMs: 0 }, changes: { share: 0.3, withinMs: 3_600_000 } },
    groupIds: {},
    ...differing,
  };
}
