// The command `log`: shows recent deliveries and commands of a Target.
import { Command, Option } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { readPositive } from '../option-values.ts';
import { showLog } from '../output/log.ts';
import { printReport } from '../terminal/print.ts';
import { addSiteOptions, type SiteOptions } from '../site-options.ts';
import { withAdmin } from '../with-admin.ts';

interface Options extends SiteOptions {
  readonly limit: number;
  readonly json?: boolean;
}

/** `log`: recent Deliveries to a Target with their results, and recent commands. */
export function logCommand(context: CommandContext): Command {
  return addSiteOptions(new Command('log'))
    .description('show recent deliveries and commands of a target, newest last')
    .argument('<target>', 'name of the target')
    .addOption(new Option('--limit <n>', 'number of lines (max 1,000)').argParser(readPositive).default(50))
    .option('--json', 'for scripts: print the lines as JSON')
    .action(async (target: string, options: Options) => {
      const report = await withAdmin(context, options, 'read', (api) => api.log(target, options.limit));
      printReport(context.terminal, report, options.json, showLog);
    });
}
