// The command `rename`: renames a Target after its file was renamed.
import { Command } from 'commander';
import type { RenameReport } from '../../admin/reports/target-lifecycle-report.ts';
import type { CommandContext } from '../command-context.ts';
import { printReport } from '../terminal/print.ts';
import { addSiteOptions, type SiteOptions } from '../site-options.ts';
import { withAdmin } from '../with-admin.ts';

/** `rename`: renames a Target to the new name of its file. */
export function renameCommand(context: CommandContext): Command {
  return addSiteOptions(new Command('rename'))
    .description('rename a target after its file was renamed; keeps its people and history')
    .argument('<old>', 'current name of the target')
    .argument('<new>', 'new name; config/targets/NEW.yaml must exist, and OLD.yaml must not')
    .option('--json', 'for scripts: print the result as JSON')
    .action(async (target: string, to: string, options: SiteOptions & { readonly json?: boolean }) => {
      const { terminal } = context;
      const report = await withAdmin(context, options, 'write', (api) => api.rename(target, to, terminal.user));
      printReport(terminal, report, options.json, showRenamed);
    });
}

function showRenamed({ target, before, state, file }: RenameReport): string {
  const lines = [`${before} is now named ${target} (${state}); its people and history are kept.`];
  if (file !== undefined) {
    lines.push(
      `Its file is now ${file.after}. Vestibule ${state === 'live' ? 'is writing it now' : `will write it when ${target} is live`}. Configure the product to read this file.`,
      `The old file ${file.before} is kept but no longer written. Remove it when the product no longer reads it.`,
    );
  }
  return lines.join('\n');
}
