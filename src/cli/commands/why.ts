// The command `why`: explains one person at every Target.
import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { showWhy } from '../output/why.ts';
import { printReport } from '../terminal/print.ts';
import { addSiteOptions, type SiteOptions } from '../site-options.ts';
import { withAdmin } from '../with-admin.ts';

/** `why`: explains one person at every Target. No match is a normal answer, not a failure. */
export function whyCommand(context: CommandContext): Command {
  return addSiteOptions(new Command('why'))
    .description('explain one person: data from Entra, scope, what was sent, and the next step')
    .argument('<person>', 'userName, e-mail, id or part of the name')
    .option('--json', 'for scripts: print the stories as JSON')
    .action(async (person: string, options: SiteOptions & { readonly json?: boolean }) => {
      const report = await withAdmin(context, options, 'read', (api) => api.why(person));
      printReport(context.terminal, report, options.json, (shown) => showWhy(shown, person, context.terminal.style));
    });
}
