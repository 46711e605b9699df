// What `forget` and `rename` report.
import type { TargetState } from '../../domain/target.ts';

/** The report of `forget`: what stays at the product. */
export interface ForgetReport {
  readonly target: string;
  readonly title: string;
  /** People whose record is active at the product, deactivated, or (counted again) on the way out; they stay there. */
  readonly active: number;
  readonly deactivated: number;
  readonly leaving: number;
  /** Deliveries that were not confirmed: those that arrived stay there. */
  readonly open: number;
  /** The full file that stays where it is. */
  readonly file?: string;
}

/** The result of `rename`. */
export interface RenameReport {
  readonly target: string;
  readonly before: string;
  readonly state: TargetState;
  /** Its full file is called otherwise now: the new one is written at once, the old one stays and is no longer written. */
  readonly file?: { readonly before: string; readonly after: string };
}
