import { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import { readCount } from './option-values.ts';
import { count } from './output/words.ts';
import { printReport } from './print.ts';
import { addSiteOptions, type SiteOptions } from './site-options.ts';
import { withAdmin } from './with-admin.ts';

/** `reject`: keeps what the Guard holds from ever happening for the same reason. It does not ask: everything stays as it is. */
export function rejectCommand(context: CommandContext): Command {
  return addSiteOptions(new Command('reject'))
    .description('decide that what the Guard holds at a target shall not happen')
    .argument('<target>', 'name of the target')
    .argument('[hold]', 'number of the hold; all of them without it', readCount)
    .option('--json', 'for scripts: the number rejected as JSON')
    .action(async (target: string, hold: number | undefined, options: SiteOptions & { readonly json?: boolean }) => {
      const report = await withAdmin(context, options, (api) => api.reject(target, hold, context.terminal.user));
      printReport(
        context.terminal,
        report,
        options.json,
        ({ rejected }) => `${count(rejected, 'record stays', 'records stay')} as they are at ${target}.`,
      );
    });
}
