import { Command, Option } from 'commander';
import type { CommandContext } from './command-context.ts';
import { readCount } from './option-values.ts';
import { showPlan } from './output/plan.ts';
import { printReport } from './print.ts';
import { addSiteOptions, type SiteOptions } from './site-options.ts';
import { withAdmin } from './with-admin.ts';

interface Options extends SiteOptions {
  readonly limit: number;
  readonly json?: boolean;
}

/** Lines of a Plan that fit a screen. */
const screenful = 20;

/** `--limit`, for every command that prints a Plan. */
export function limitOption(): Option {
  return new Option('--limit <n>', 'people listed; the counts are always of all').argParser(readCount).default(screenful);
}

/** `plan`: what would be done at a Target. Writes nothing, asks the Target nothing. */
export function planCommand(context: CommandContext): Command {
  return addSiteOptions(new Command('plan'))
    .description('what would be done at a target, and why; nothing is sent')
    .argument('<target>', 'name of the target')
    .addOption(limitOption())
    .option('--json', 'for scripts: the plan as JSON')
    .action(async (target: string, options: Options) => {
      const report = await withAdmin(context, options, (api) => api.plan(target, { limit: options.limit }));
      printReport(context.terminal, report, options.json, (shown) => showPlan(shown, context.terminal.style));
    });
}
