// The Guard's counting rule as SQL.
import type { Guarded } from '../../../domain/guard-counts.ts';

/**
 * `guardedAs` of the domain as conditions on `deliveries`. A contract test checks that both give the same result for every Action and
 * cause.
 */
export const guardedSql: Readonly<Record<Guarded, string>> = {
  removals: "action in ('deactivate', 'delete')",
  changes: "action = 'update' and cause <> 'adopted'",
};
