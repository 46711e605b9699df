// Types of the daemon module `app.ts`, which commands load only if they need it.
import type { checkSiteFiles, Daemon, openAdmin, StartOptions } from '../app.ts';

/** The part of a running daemon that commands use. */
export type RunningDaemon = Pick<Daemon, 'scimUrl' | 'firstToken' | 'sources' | 'stop'>;

/** The parts of `app.ts` that commands use. It is loaded on demand, so that `--help` does not load a database library. */
export interface AppModule {
  readonly openAdmin: typeof openAdmin;
  startDaemon(options: StartOptions): Promise<RunningDaemon>;
  readonly checkSiteFiles: typeof checkSiteFiles;
}
