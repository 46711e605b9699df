// The command `status`: shows the state of Sources and Targets.
import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { showStatus } from '../output/status.ts';
import { printReport } from '../terminal/print.ts';
import { addSiteOptions, type SiteOptions } from '../site-options.ts';
import { withTypedPaths } from '../terminal/typed-paths.ts';
import { withAdmin } from '../with-admin.ts';

/** `status`: shows the state of Sources and Targets. */
export function statusCommand(context: CommandContext): Command {
  return addSiteOptions(new Command('status'))
    .description('show the state of sources and targets, and what needs attention')
    .option('--json', 'for scripts: print the report as JSON')
    .action(async (options: SiteOptions & { readonly json?: boolean }) => {
      const report = await withAdmin(context, options, 'read', (api) => api.status());
      printReport(context.terminal, report, options.json, (shown) =>
        showStatus({ ...shown, problems: withTypedPaths(shown.problems, context.terminal.invocation) }, context.terminal.style),
      );
    });
}
