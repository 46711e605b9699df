import { join } from 'node:path';
import type { AdminApi } from '../../src/admin/api.ts';
import type { AdminAccess, StartOptions } from '../../src/app.ts';
import type { AppModule } from '../../src/cli/load-app.ts';
import type { CommandContext } from '../../src/cli/command-context.ts';
import type { Invocation } from '../../src/cli/invocation.ts';
import { createStyle } from '../../src/cli/output/style.ts';
import { runProgram } from '../../src/cli/program.ts';
import type { Terminal } from '../../src/cli/terminal/terminal.ts';
import type { Problem } from '../../src/domain/errors.ts';
import { sampleApi, type Call } from '../admin/sample-api.ts';

/** The context of a command line, apart from its arguments. */
export interface Surroundings {
  readonly api?: Partial<AdminApi>;
  /** Answers of the person at the terminal; without them there is no terminal. */
  readonly answer?: boolean;
  /** True if standard output and error are terminals. */
  readonly watched?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly invocation?: Partial<Invocation>;
  readonly problems?: readonly Problem[];
  readonly dataDir?: string;
  readonly firstToken?: { readonly file: string };
  /** Default: the Source `default`. */
  readonly sources?: readonly string[];
  /** True if there is no store yet. */
  readonly madeStore?: boolean;
  readonly startFails?: Error;
}

/** The result of a command line. `out` and `err` end without a line end. */
export interface Ran {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
  readonly calls: readonly Call[];
  readonly questions: readonly string[];
  /** How often the handlers in this process were opened and closed. */
  readonly opened: number;
  /** The access with which the handlers in this process were opened. */
  readonly access: readonly AdminAccess[];
  readonly closed: number;
  readonly started: readonly StartOptions[];
  readonly stopped: number;
}

/** Runs one command line in this process against an AdminApi that returns samples. No daemon, no store, no real terminal. */
export async function runCommandLine(argv: readonly string[], around: Surroundings = {}): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const questions: string[] = [];
  const started: StartOptions[] = [];
  const access: AdminAccess[] = [];
  const seen = { opened: 0, closed: 0, stopped: 0 };
  const { api, calls } = sampleApi(around.api);
  const { answer } = around;
  const terminal: Terminal = {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    data: (text) => void out.push(text),
    propose: (text) => text,
    style: createStyle(false),
    watched: around.watched === true,
    watchedErrors: around.watched === true,
    ...(answer !== undefined && { ask: (question: string) => Promise.resolve(questions.push(question) > 0 && answer) }),
    env: around.env ?? {},
    platform: 'linux',
    invocation: {
      program: './vestibule',
      shell: 'posix',
      home: process.cwd(),
      typedIn: process.cwd(),
      wrapper: '',
      ownEnvironment: false,
      ...around.invocation,
    },
    user: 'jo',
  };
  const app: AppModule = {
    openAdmin: (_folders, wanted) => {
      access.push(wanted);
      seen.opened += 1;
      return Promise.resolve({ api, madeStore: around.madeStore === true, close: () => Promise.resolve(void (seen.closed += 1)) });
    },
    startDaemon: (options) => {
      if (around.startFails !== undefined) return Promise.reject(around.startFails);
      started.push(options);
      return Promise.resolve({
        scimUrl: 'https://hosts.contoso.com/scim',
        ...(around.firstToken !== undefined && { firstToken: around.firstToken }),
        sources: around.sources ?? ['default'],
        stop: () => Promise.resolve(void (seen.stopped += 1)),
      });
    },
    checkSiteFiles: ({ configDir }) =>
      Promise.resolve({
        problems: around.problems ?? [],
        read: { folder: configDir, targets: 2, connectors: 1, by: 'this process' },
        destinations: [],
      }),
  };
  const context: CommandContext = {
    terminal,
    loadApp: () => Promise.resolve(app),
    waitForStopSignal: () => Promise.resolve(),
  };
  // A folder that does not exist has no daemon.
  const data = around.dataDir ?? join(import.meta.dirname, 'no-such-folder');
  const takesFolders =
    argv.length > 0 && !argv.some((word) => word.startsWith('--help') || word.startsWith('--version') || word === '--data');
  const exitCode = await runProgram(takesFolders ? [...argv, '--data', data] : argv, context, '0.1.0');
  return { exitCode, out: out.join('\n'), err: err.join('\n'), calls, questions, started, access, ...seen };
}
