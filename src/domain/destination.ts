// Where the records of a Target go, and which secrets are used.
import type { TargetName } from './ids.ts';

/** Where the records of one Target go, and with which secrets. Texts hold references as they are written, never values. */
export interface Destination {
  readonly target: TargetName;
  /** A phrase: `sends to https://vms.contoso.com`, `writes to the folder /drops/desk`, `runs pwsh -File connector.ps1 in /connectors/x`. */
  readonly does: string;
  /** True for a script: its code runs with the rights of the daemon's user. */
  readonly runsCode: boolean;
  /** References such as `${env:BADGE_TOKEN}`, sorted. */
  readonly secrets: readonly string[];
}
