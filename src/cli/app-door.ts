import type { AdminApi } from '../admin/api.ts';
import type { Problem } from '../domain/errors.ts';

/** Where a daemon finds its files and keeps its data. */
export interface SiteFolders {
  readonly configDir: string;
  readonly dataDir: string;
}

/** What `start` was told; a missing part is what `vestibule.yaml` says, or its default. */
export interface StartOptions extends SiteFolders {
  /** HOST:PORT of the SCIM listener. */
  readonly listen?: string;
  readonly adminListen?: string;
  readonly plainHttp?: 'behindProxy';
}

/** A daemon that serves. */
export interface RunningDaemon {
  /** Tenant URL for the Entra portal. */
  readonly scimUrl: string;
  /** Where a first token was left, to be read once; only at the start that made it. */
  readonly firstToken?: { readonly file: string };
  /** Ends what is in progress and closes the store. Harmless when called twice. */
  stop(): Promise<void>;
}

/** The parts of the composition root that commands use. Loaded when a command needs it: `--help` should not open a database library. */
export interface AppDoor {
  /** The handlers of the admin API in this process. Takes the store's lock until `close`. */
  openAdmin(folders: SiteFolders): Promise<{ readonly api: AdminApi; close(): Promise<void> }>;
  startDaemon(options: StartOptions): Promise<RunningDaemon>;
  /** Every problem of the site's files; reads nothing else. */
  checkSiteFiles(options: { readonly configDir: string }): Promise<readonly Problem[]>;
}
