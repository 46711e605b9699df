import { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import { confirm } from './confirm.ts';
import { describeHolds } from './hold.ts';
import { readCount } from './option-values.ts';
import { count } from './output/words.ts';
import { printReport } from './print.ts';
import { addSiteOptions, type SiteOptions } from './site-options.ts';
import { withAdmin } from './with-admin.ts';

interface Options extends SiteOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `accept`: lets go what the Guard holds. */
export function acceptCommand(context: CommandContext): Command {
  return addSiteOptions(new Command('accept'))
    .description('let go what the Guard holds at a target: one hold, or all of them')
    .argument('<target>', 'name of the target')
    .argument('[hold]', 'number of the hold', readCount)
    .option('--yes', 'do not ask')
    .option('--json', 'for scripts: the number released as JSON')
    .action(async (target: string, hold: number | undefined, options: Options) => {
      const { terminal } = context;
      await withAdmin(context, options, async (api) => {
        terminal.err(await describeHolds(api, target, hold));
        await confirm(terminal, `Let this happen at ${target}?`, options.yes);
        const report = await api.accept(target, hold, terminal.user);
        printReport(terminal, report, options.json, ({ released }) => `${count(released, 'action goes', 'actions go')} to ${target} now.`);
      });
    });
}
