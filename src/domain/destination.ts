// The type of a Target's destination: where it sends records and which secrets it uses, shown before an apply.
import type { TargetName } from './ids.ts';

/** Where one Target sends its records, and with which secrets. Texts contain secret references as written, never values. */
export interface Destination {
  readonly target: TargetName;
  /** A phrase: `sends to https://vms.contoso.com`, `writes to the folder /drops/desk`, `runs pwsh -File connector.ps1 in /connectors/x`. */
  readonly does: string;
  /** True for a script: its code runs with the rights of the daemon's user. */
  readonly runsCode: boolean;
  /** References such as `${env:BADGE_TOKEN}`, sorted. */
  readonly secrets: readonly string[];
}
