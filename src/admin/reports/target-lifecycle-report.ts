// Types of the reports of `forget` and `rename`.
import type { TargetState } from '../../domain/target.ts';

/** The report of `forget`: the people, records and files that remain in the product. */
export interface ForgetReport {
  readonly target: string;
  readonly title: string;
  /** Number of people with a record that remains in the product. `leaving` people are also counted in `active` or `deactivated`. */
  readonly active: number;
  readonly deactivated: number;
  readonly leaving: number;
  /** Number of Deliveries without a confirmed result; they are not retried. */
  readonly unconfirmedDeliveries: number;
  /** The path of the full file, which is not deleted; not set if the Target has none. */
  readonly file?: string;
}

/** The result of `rename`. */
export interface RenameReport {
  readonly target: string;
  readonly before: string;
  readonly state: TargetState;
  /** Set if the name of the full file changes: the new file is written immediately; the old file is kept and no longer written. */
  readonly file?: { readonly before: string; readonly after: string };
}
