// The command `rename`: renames a Target after its file was renamed.
import { Command } from 'commander';
import type { RenameReport } from '../../admin/reports/target-lifecycle-report.ts';
import type { CommandContext } from '../command-context.ts';
import { printReport } from '../terminal/print.ts';
import { addSiteOptions, type SiteOptions } from '../site-options.ts';
import { withAdmin } from '../with-admin.ts';

/** `rename`: gives a Target the name that its file has now. */
export function renameCommand(context: CommandContext): Command {
  return addSiteOptions(new Command('rename'))
    .description('rename a target after its file was renamed; keeps its people and history')
    .argument('<old>', 'current name of the target')
    .argument('<new>', 'new name: config/targets/NEW.yaml exists, OLD.yaml does not')
    .option('--json', 'for scripts: print the result as JSON')
    .action(async (target: string, to: string, options: SiteOptions & { readonly json?: boolean }) => {
      const { terminal } = context;
      const report = await withAdmin(context, options, 'write', (api) => api.rename(target, to, terminal.user));
      printReport(terminal, report, options.json, showRenamed);
    });
}

function showRenamed({ target, before, state, file }: RenameReport): string {
  const lines = [`${before} is now ${target} (${state}), with its people and history.`];
  if (file !== undefined) {
    lines.push(
      `Its file is now ${file.after}, and is written there${state === 'live' ? ' now' : ` when ${target} is live`}. Point the product at it.`,
      `The old file ${file.before} stays and is no longer written: remove it when the product no longer reads it.`,
    );
  }
  return lines.join('\n');
}
