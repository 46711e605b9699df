// The command `check`: lists all problems of the configuration files.
import { Command } from 'commander';
import type { CheckReport } from '../../admin/reports/check-report.ts';
import { findDaemon } from '../../admin/find-daemon.ts';
import { thisMachine } from '../../config/machine.ts';
import { DaemonError } from '../../domain/errors.ts';
import { Exit, type CommandContext } from '../command-context.ts';
import { showCheck } from '../output/problems.ts';
import { printReport } from '../terminal/print.ts';
import { exitCodes } from '../terminal/report-error.ts';
import { addSiteOptions, toFolders, type SiteOptions } from '../site-options.ts';
import { withTypedPaths } from '../terminal/typed-paths.ts';

interface Options extends SiteOptions {
  readonly strict?: boolean;
  readonly json?: boolean;
}

/**
 * The running daemon checks the files, because Deliveries use its secrets, programs and folders. If no daemon is reachable, or if `named`
 * folders differ from the daemon's, this process checks them.
 */
async function checkByDaemon(context: CommandContext, options: Options, named: boolean): Promise<CheckReport> {
  const { configDir, dataDir } = toFolders(options, context.terminal.invocation);
  const daemon = await findDaemon(dataDir, context.terminal.platform).catch((error: unknown) => {
    if (error instanceof DaemonError && error.code === 'socketDenied') return undefined;
    throw error;
  });
  const report = await daemon?.check();
  if (report !== undefined && (!named || isSameFolder(report.read.folder, configDir))) return report;
  const app = await context.loadApp();
  return app.checkSiteFiles({ configDir });
}

function isSameFolder(one: string, other: string): boolean {
  const machine = thisMachine();
  return machine.realPath(one) === machine.realPath(other);
}

/** `check`: lists the problems in the site's files. Writes nothing and connects to no Target. */
export function checkCommand(context: CommandContext): Command {
  return addSiteOptions(new Command('check'))
    .description('list all problems in the configuration files; exit code 2 if there is a problem')
    .option('--strict', 'count warnings and notes as problems')
    .option('--json', 'for scripts: print the result as JSON')
    .action(async (options: Options) => {
      const report = await checkByDaemon(context, options, options.config !== undefined);
      printReport(context.terminal, report, options.json, (found) =>
        showCheck({ ...found, problems: withTypedPaths(found.problems, context.terminal.invocation) }, context.terminal.style),
      );
      const { problems } = report;
      const counting = problems.filter(({ level }) => level === 'problem' || options.strict === true);
      if (counting.length > 0) throw new Exit(exitCodes.usage);
    });
}
