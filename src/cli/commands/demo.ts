// The command `demo`: runs a demo with simulated systems.
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { findDaemon } from '../../admin/find-daemon.ts';
import { DaemonError } from '../../domain/errors.ts';
import { runDemo } from '../../rehearsal/demo.ts';
import { startDaemonProcess } from '../../rehearsal/demo/daemon-process.ts';
import { createScreen } from '../../rehearsal/demo/screen.ts';
import { Exit, type CommandContext } from '../command-context.ts';
import { toCommandLine } from '../site-options.ts';

const launcher = fileURLToPath(new URL('../../../bin/vestibule.js', import.meta.url));

/** `demo`: runs the demo in a temporary folder. */
export function demoCommand(context: CommandContext): Command {
  return new Command('demo')
    .description('run a demo with a simulated Entra and three visitor systems, and check the results')
    .option('--once', 'exit after the run; exit code 0 only if all results are correct')
    .action(async ({ once = false }: { readonly once?: boolean }) => {
      const { terminal } = context;
      const stopping = new AbortController();
      void context.waitForStopSignal().then(() => stopping.abort());
      const exitCode = await runDemo({
        once,
        parent: tmpdir(),
        screen: createScreen({ line: (text) => terminal.out(text), ...(terminal.watched && { redraw }) }),
        signal: stopping.signal,
        startDaemon: (folders) => startDaemonProcess(launcher, folders),
        openAdmin: async (dataDir) => {
          const admin = await findDaemon(dataDir, terminal.platform);
          if (admin === undefined) throw new DaemonError('daemonGone', 'the demo daemon does not answer on its socket');
          return admin;
        },
        toCommand: (words, { config, data }) => toCommandLine(terminal, words, { config, data }),
      });
      if (exitCode !== 0) throw new Exit(exitCode);
    });
}

/** Replaces the current line. Only in a terminal. */
function redraw(text: string): void {
  process.stdout.write(`\r\u001b[2K${text}`);
}
