// The dependencies of every command: terminal, daemon module, stop signal.
import type { AppModule } from './load-app.ts';
import type { Terminal } from './terminal/terminal.ts';

/** Dependencies of every command. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Loads the composition root; costs a few hundred milliseconds the first time. */
  loadApp(): Promise<AppModule>;
  /** Resolves at SIGINT or SIGTERM; at the second signal the process exits immediately. */
  waitForStopSignal(): Promise<void>;
  /** Ends this process at once: a thread of it cannot be ended, and Node would wait for it. */
  endProcess(): void;
}

/** Ends a command with an exit code after its output is complete. */
export class Exit extends Error {
  readonly exitCode: number;
  constructor(exitCode: number) {
    super(`exit ${exitCode}`);
    this.exitCode = exitCode;
  }
}
