// The dependencies of the admin API handlers.
import type { CheckReport } from '../../../admin/reports/check-report.ts';
import type { TokenCommands } from '../../../identity/tokens.ts';
import type { Problem } from '../../../domain/errors.ts';
import type { SourceId, TargetName } from '../../../domain/ids.ts';
import type { TargetDefinition } from '../../../domain/target.ts';
import type { Commands } from '../../engine/commands.ts';
import type { EngineDeps } from '../../engine/deps.ts';
import type { Engine } from '../../engine/engine.ts';
import type { ExamineDeps } from '../../engine/contact/examine-target.ts';

/** The site's files as they are now. */
export interface SiteFiles {
  /** The definition that each Target's file holds; a file with problems is missing here. */
  readonly fileDefinitions: ReadonlyMap<TargetName, TargetDefinition>;
  /** Names of all files of Targets, those with problems too. */
  readonly names: ReadonlySet<TargetName>;
  readonly problems: readonly Problem[];
  /** What else `status` says of the files, in sentences. */
  readonly notes: readonly string[];
}

/** How a file definition differs from the applied one: keys that wait for `apply`, and whether it names another system. */
export interface WaitingEdit {
  readonly waiting: readonly string[];
  readonly otherSystem: boolean;
}

/** Dependencies of the admin API handlers; `daemon/` builds them. */
export interface HandlerDeps {
  readonly engineDeps: EngineDeps;
  readonly engine: Engine;
  readonly commands: Commands;
  readonly tokens: TokenCommands;
  /** What hinders callers now, in sentences. */
  troubles(): readonly string[];
  /** The Sources that `vestibule.yaml` names; `default` when it names none. */
  readonly sourceNames: readonly SourceId[];
  /** Reads the files and changes nothing: what questions report. */
  readFiles(): SiteFiles;
  /**
   * Reads the files and brings the Targets in line with them. A missing file counts as gone at once for the Targets named in `gone`, and for
   * others when the watch of the files agrees.
   */
  syncDefinitions(gone?: readonly TargetName[]): Promise<SiteFiles>;
  /** Prepares the look that `test` takes at a Target; see `ExamineDeps`. */
  readonly examine: ExamineDeps['examine'];
  /** Aborts when the process ends; never when missing. */
  readonly stopping?: AbortSignal;
  /** Reads the files, and nothing else. */
  check(): Promise<CheckReport>;
  compare(applied: TargetDefinition, fileDefinition: TargetDefinition): WaitingEdit;
  /** Why a file definition must not be in force beside these definitions of other Targets: it would write their file. */
  findCollision(
    fileDefinition: TargetDefinition,
    inForce: readonly TargetDefinition[],
  ): { readonly message: string; readonly hint?: string } | undefined;
  readonly tenantUrl: string;
  readonly version: string;
  /** False when a command looks into the store itself. */
  readonly running: boolean;
}
