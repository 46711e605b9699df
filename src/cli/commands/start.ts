// The command `start`: runs the daemon.
import { Command, Option } from 'commander';
import type { StartOptions } from '../../app.ts';
import { toOwnCommand } from '../../domain/own-command.ts';
import { toShellWord } from '../../domain/shell-word.ts';
import type { RunningDaemon } from '../load-app.ts';
import type { CommandContext } from '../command-context.ts';
import { readListen } from '../option-values.ts';
import { addSiteOptions, toFolders, type SiteOptions } from '../site-options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { toTypedPath } from '../terminal/typed-paths.ts';

interface Options extends SiteOptions, Pick<StartOptions, 'listen' | 'adminListen' | 'plainHttp'> {}

/** `start`: runs the daemon until it is stopped. */
export function startCommand(context: CommandContext): Command {
  return addSiteOptions(new Command('start'))
    .description('serve SCIM to Entra and keep the targets up to date, until stopped')
    .addOption(new Option('--listen <host:port>', 'address to listen on for Entra').env('VESTIBULE_LISTEN').argParser(readListen))
    .addOption(new Option('--admin-listen <host:port>', 'TCP address for the read-only admin API (default: none)').argParser(readListen))
    .addOption(
      new Option('--plain-http <why>', 'required to listen without TLS on an address other than loopback')
        .choices(['behindProxy'])
        .env('VESTIBULE_PLAIN_HTTP'),
    )
    .action(async (options: Options) => {
      const { listen, adminListen, plainHttp } = options;
      // Registered first, so that a stop signal is not lost while the store opens.
      const stopped = context.waitForStopSignal();
      const app = await context.loadApp();
      const daemon = await app.startDaemon({
        ...toFolders(options, context.terminal.invocation),
        ...(listen !== undefined && { listen }),
        ...(adminListen !== undefined && { adminListen }),
        ...(plainHttp !== undefined && { plainHttp }),
      });
      announce(daemon, context.terminal);
      await stopped;
      await daemon.stop();
    });
}

/** Announces the running daemon: with a few lines on standard error for a terminal, or with a JSON line in the log for a log collector. */
function announce(daemon: RunningDaemon, terminal: Terminal): void {
  const steps = nextSteps(daemon, terminal);
  if (terminal.watchedErrors) {
    terminal.err(
      ['', 'Vestibule is running.', ...steps.map(([label, text]) => `  ${label.padEnd(11)} ${text}`), '  Stop it with Ctrl-C.', ''].join(
        '\n',
      ),
    );
  } else {
    const time = new Date().toISOString();
    const fields = steps.map(([label, text]) => [toField(label), terminal.propose(text)]);
    terminal.data(JSON.stringify({ level: 'info', time, ...Object.fromEntries(fields), msg: 'ready' }));
  }
}

function nextSteps(daemon: RunningDaemon, terminal: Terminal): readonly (readonly [string, string])[] {
  const token = daemon.firstToken === undefined ? makeToken(daemon.sources) : readFirstToken(daemon.firstToken.file, terminal);
  return [
    ['Tenant URL', daemon.scimUrl],
    ['Token', token],
    ['Next', 'Enter both in the Entra portal (Provisioning, Admin credentials), test the connection, and start provisioning.'],
    ['Then', toOwnCommand('status')],
  ];
}

/** The command that prints the first token. In a log, its path is absolute, because the reader may be in another folder. */
function readFirstToken(file: string, { invocation, watchedErrors }: Terminal): string {
  const { shell, wrapper } = invocation;
  const path = watchedErrors ? toTypedPath(file, invocation) : file;
  const command = `${shell === 'windows' ? 'type' : 'cat'} ${toShellWord(path, shell)}`;
  return `\`${wrapper === '' ? command : `${wrapper} ${command}`}\` (read it once, then delete the file)`;
}

/** The command that creates a token. With several Sources, it names the first, and the names of the others follow. */
function makeToken(sources: readonly string[]): string {
  const [first = '', ...others] = sources;
  if (others.length === 0) return toOwnCommand('token', 'create', '--label', 'entra', '--print');
  const command = toOwnCommand('token', 'create', '--source', first, '--label', 'entra', '--print');
  return `${command} (one for each source: ${sources.join(', ')})`;
}

function toField(label: string): string {
  return label === 'Tenant URL' ? 'tenantUrl' : label.toLowerCase();
}
