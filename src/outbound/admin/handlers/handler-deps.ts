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

/** The definitions of the Targets, as read from the site's files now. */
export interface SiteFiles {
  /** The definition in each Target's file; Targets whose files have problems are missing. */
  readonly fileDefinitions: ReadonlyMap<TargetName, TargetDefinition>;
  /** Names of all Target files, including files with problems. */
  readonly names: ReadonlySet<TargetName>;
  readonly problems: readonly Problem[];
  /** Other sentences about the files that `status` shows. */
  readonly notes: readonly string[];
}

/** How a file definition differs from the applied one: keys that wait for `apply`, and whether it names another system. */
export interface WaitingEdit {
  readonly waiting: readonly string[];
  readonly otherSystem: boolean;
}

/** Dependencies of the admin API handlers, created by `daemon/`. */
export interface HandlerDeps {
  readonly engineDeps: EngineDeps;
  readonly engine: Engine;
  readonly commands: Commands;
  readonly tokens: TokenCommands;
  /** Current problems that affect clients, as sentences. */
  troubles(): readonly string[];
  /** The Sources listed in `vestibule.yaml`; `default` if none is listed. */
  readonly sourceNames: readonly SourceId[];
  /** Reads the files for read-only commands; changes nothing. */
  readFiles(): SiteFiles;
  /**
   * Reads the files and updates the Targets from them. The files of the Targets in `gone` count as missing immediately if they do not
   * exist; other files count as missing only after the file watch has confirmed it.
   */
  syncDefinitions(gone?: readonly TargetName[]): Promise<SiteFiles>;
  /** Prepares the steps of `test`; see `ExamineDeps`. */
  readonly examine: ExamineDeps['examine'];
  /** Aborts when the process ends. If not set, nothing is aborted. */
  readonly stopping?: AbortSignal;
  /** Checks all files and changes nothing. */
  check(): Promise<CheckReport>;
  compare(applied: TargetDefinition, fileDefinition: TargetDefinition): WaitingEdit;
  /** Finds a conflict: the file definition would write to the same file as one of these definitions of other Targets. */
  findCollision(
    fileDefinition: TargetDefinition,
    inForce: readonly TargetDefinition[],
  ): Promise<{ readonly message: string; readonly hint?: string } | undefined>;
  readonly tenantUrl: string;
  readonly version: string;
  /** False if a command opened the store itself because no daemon is running. */
  readonly running: boolean;
}
