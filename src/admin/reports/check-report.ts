// The type of the report of `check`.
import type { Destination } from '../../domain/destination.ts';
import type { Problem } from '../../domain/errors.ts';

/** The report of `check`: every problem of the files, and the files that were read. */
export interface CheckReport {
  readonly problems: readonly Problem[];
  readonly read: {
    /** The absolute path of the configuration folder. */
    readonly folder: string;
    readonly targets: number;
    readonly connectors: number;
    /** The process whose environment, programs and folders were checked. */
    readonly by: 'daemon' | 'this process';
  };
  /** The destinations of the Targets without problems in their files. */
  readonly destinations: readonly Destination[];
}
