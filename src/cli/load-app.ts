// Types of the daemon module that commands load only when they need it.
import type { checkSiteFiles, Daemon, openAdmin, StartOptions } from '../app.ts';

/** The part of a running daemon that commands use. */
export type RunningDaemon = Pick<Daemon, 'scimUrl' | 'firstToken' | 'sources' | 'stop'>;

/** The parts of the composition root that commands use. Loaded when a command needs it: `--help` should not open a database library. */
export interface AppModule {
  readonly openAdmin: typeof openAdmin;
  startDaemon(options: StartOptions): Promise<RunningDaemon>;
  readonly checkSiteFiles: typeof checkSiteFiles;
}
