// The dependencies of every command: terminal, daemon module, stop signal.
import type { AppModule } from './load-app.ts';
import type { Terminal } from './terminal/terminal.ts';

/** Dependencies of every command. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Loads the daemon module `app.ts`; the first call takes a few hundred milliseconds. */
  loadApp(): Promise<AppModule>;
  /** Resolves on SIGINT or SIGTERM; on a second signal, the process exits immediately. */
  waitForStopSignal(): Promise<void>;
}

/** Ends a command with an exit code after its output is complete. */
export class Exit extends Error {
  readonly exitCode: number;
  constructor(exitCode: number) {
    super(`exit ${exitCode}`);
    this.exitCode = exitCode;
  }
}
