import type { Cause, Planned } from './delivery.ts';
import type { Action } from './target.ts';

/** The kinds of Actions that the Guard has limits for. */
export type Guarded = 'removals' | 'changes';

/** Actions of each kind. */
export type GuardedCounts = Readonly<Record<Guarded, number>>;

/**
 * What the Guard counts an Action as; `undefined`: as nothing. A create removes and changes nobody, and the first update of an adopted
 * record brings a person in. The same rule in SQL: `guard-sql.ts` of the store.
 */
export function guardedAs({ action, cause }: { readonly action: Action; readonly cause: Cause }): Guarded | undefined {
  switch (action) {
    case 'deactivate':
    case 'delete':
      return 'removals';
    case 'update':
      return cause === 'adopted' ? undefined : 'changes';
    case 'create':
      return undefined;
  }
}

/** Counts what a Plan wants, as the Guard counts it. */
export class GuardedTally implements GuardedCounts {
  removals = 0;
  changes = 0;

  add(want: Pick<Planned, 'action' | 'cause'>): void {
    const kind = guardedAs(want);
    if (kind !== undefined) this[kind] += 1;
  }
}
