// Creates the commands that change the state of a Target: `draft`, `pause`, `resume`.
import { Command } from 'commander';
import type { AdminApi } from '../../admin/api.ts';
import type { TargetReport } from '../../admin/reports/status-report.ts';
import type { CommandContext } from '../command-context.ts';
import { printReport } from '../terminal/print.ts';
import { addSiteOptions, type SiteOptions } from '../site-options.ts';
import { withAdmin } from '../with-admin.ts';

/** Creates a command that changes the state of a Target; `said` completes the sentence "front-desk …". */
export function targetStateCommand(
  context: CommandContext,
  verb: 'draft' | 'pause' | 'resume',
  description: string,
  said: (target: TargetReport) => string,
): Command {
  return addSiteOptions(new Command(verb))
    .description(description)
    .argument('<target>', 'name of the target')
    .option('--json', 'for scripts: print the target as JSON')
    .action(async (target: string, options: SiteOptions & { readonly json?: boolean }) => {
      const change = (api: AdminApi) => api[verb](target, context.terminal.user);
      const report = await withAdmin(context, options, 'write', change);
      printReport(context.terminal, report, options.json, (shown) => `${shown.name} ${said(shown)}`);
    });
}
