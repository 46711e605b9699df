// The result of `check`.
import type { Destination } from '../../domain/destination.ts';
import type { Problem } from '../../domain/errors.ts';

/** The report of `check`: every problem of the files, and what was read. */
export interface CheckReport {
  readonly problems: readonly Problem[];
  readonly read: {
    /** The configuration folder, absolute. */
    readonly folder: string;
    readonly targets: number;
    readonly connectors: number;
    /** Whose environment, programs and folders were looked at. */
    readonly by: 'daemon' | 'this process';
  };
  /** Of the Targets whose files have no problem. */
  readonly destinations: readonly Destination[];
}
