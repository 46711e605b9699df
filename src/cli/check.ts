import { Command } from 'commander';
import { Exit, type CommandContext } from './command-context.ts';
import { showProblems } from './output/problems.ts';
import { printReport } from './print.ts';
import { exitCodes } from './report-error.ts';
import { addSiteOptions, toFolders, type SiteOptions } from './site-options.ts';

interface Options extends SiteOptions {
  readonly strict?: boolean;
  readonly json?: boolean;
}

/** `check`: reads the site's files, and nothing else. */
export function checkCommand(context: CommandContext): Command {
  return addSiteOptions(new Command('check'))
    .description("list every problem in the site's files; exit code 2 when there are any")
    .option('--strict', 'warnings and notes count as problems')
    .option('--json', 'for scripts: the list as JSON')
    .action(async (options: Options) => {
      const app = await context.loadApp();
      const problems = await app.checkSiteFiles({ configDir: toFolders(options).configDir });
      printReport(context.terminal, problems, options.json, (found) => showProblems(found, context.terminal.style));
      const counting = problems.filter(({ level }) => level === 'problem' || options.strict === true);
      if (counting.length > 0) throw new Exit(exitCodes.usage);
    });
}
