import { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import { count } from './output/words.ts';
import { printReport } from './print.ts';
import { addSiteOptions, type SiteOptions } from './site-options.ts';
import { withAdmin } from './with-admin.ts';

/** `retry`: parked Deliveries again. */
export function retryCommand(context: CommandContext): Command {
  return addSiteOptions(new Command('retry'))
    .description('try again what is parked at a target: of one person, or of everybody')
    .argument('<target>', 'name of the target')
    .argument('[person]', 'id, userName or e-mail')
    .option('--json', 'for scripts: the number queued as JSON')
    .action(async (target: string, person: string | undefined, options: SiteOptions & { readonly json?: boolean }) => {
      const report = await withAdmin(context, options, (api) => api.retry(target, person));
      printReport(context.terminal, report, options.json, ({ queued }) =>
        queued === 0
          ? `Nothing is parked there${person === undefined ? '' : ` for ${person}`}.`
          : `${count(queued, 'delivery is', 'deliveries are')} tried again.`,
      );
    });
}
