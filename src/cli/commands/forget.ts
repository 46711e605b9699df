// The command `forget`: removes a Target that no longer has a file.
import { Command } from 'commander';
import type { ForgetReport } from '../../admin/reports/target-lifecycle-report.ts';
import type { CommandContext } from '../command-context.ts';
import { confirm } from '../terminal/confirm.ts';
import { showCount } from '../../domain/wording.ts';
import { withoutControls } from '../output/format.ts';
import { printReport } from '../terminal/print.ts';
import { addSiteOptions, type SiteOptions } from '../site-options.ts';
import { withAdmin } from '../with-admin.ts';

interface Options extends SiteOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `forget`: removes a Target that no longer has a file. */
export function forgetCommand(context: CommandContext): Command {
  return addSiteOptions(new Command('forget'))
    .description('remove a target whose file is missing; its records remain in the product')
    .argument('<target>', 'name of the target')
    .option('--yes', 'do not ask for confirmation')
    .option('--json', 'for scripts: print the result as JSON')
    .action(async (target: string, options: Options) => {
      const { terminal } = context;
      await withAdmin(context, options, 'write', async (api) => {
        const left = await api.forgetting(target);
        terminal.err(describeLeftOver(withoutControls(left)));
        await confirm(terminal, `Forget ${target} (${describePeople(left)})?`, options.yes);
        const report = await api.forget(target, terminal.user);
        printReport(terminal, report, options.json, () => `${target} is forgotten.`);
      });
    });
}

function describePeople({ active, deactivated }: ForgetReport): string {
  return `${showCount(active + deactivated, 'person remains', 'people remain')} in the product`;
}

function describeLeftOver(report: ForgetReport): string {
  const { target, title, active, deactivated, leaving, unconfirmedDeliveries: unconfirmed, file } = report;
  const product = title === '' ? target : `${target} (${title})`;
  return [
    `${product}: ${describePeople(report)}, ${active} active and ${deactivated} deactivated. Vestibule no longer manages them.`,
    ...(leaving === 0 ? [] : [`The remaining leaver steps of ${showCount(leaving, 'person', 'people')} are cancelled.`]),
    ...(unconfirmed === 0 ? [] : [describeUnconfirmed(unconfirmed)]),
    ...(file === undefined ? [] : [`The file ${file} is not deleted.`]),
    'Vestibule deletes everything that it knows about this target, including its history.',
  ].join('\n');
}

function describeUnconfirmed(number: number): string {
  const deliveries = showCount(number, 'delivery is', 'deliveries are');
  return number === 1
    ? `${deliveries} unconfirmed. It is not retried; if its record reached the product, the record remains there.`
    : `${deliveries} unconfirmed. They are not retried; records that reached the product remain there.`;
}
