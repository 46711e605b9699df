// The command `withdraw`: withdraws rejections of removals and changes.
import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { confirm } from '../terminal/confirm.ts';
import { personOption, type AnswerOptions } from './answer-holds.ts';
import { showRejections, toIds } from '../output/holds.ts';
import { showCount } from '../../domain/wording.ts';
import { withoutControls } from '../output/format.ts';
import { printReport } from '../terminal/print.ts';
import { addSiteOptions } from '../site-options.ts';
import { withAdmin } from '../with-admin.ts';

/** `withdraw`: withdraws rejections. */
export function withdrawCommand(context: CommandContext): Command {
  return addSiteOptions(new Command('withdraw'))
    .description('withdraw rejections at a target; Vestibule plans these people again')
    .argument('<target>', 'name of the target')
    .addOption(personOption('only this person (id, userName, e-mail or name); can be repeated'))
    .option('--yes', 'do not ask for confirmation')
    .option('--json', 'for scripts: print the result as JSON')
    .action(async (target: string, options: AnswerOptions) => {
      const { terminal } = context;
      await withAdmin(context, options, 'write', async (api) => {
        const shown = await api.rejections(target, options.person);
        terminal.err(showRejections(withoutControls(shown)));
        terminal.err('Removals that are still due are planned again. The Guard counts them; below the limit they are sent immediately.');
        await confirm(terminal, `Withdraw ${showCount(shown.count, 'rejection', 'rejections')} at ${target}?`, options.yes);
        const persons = options.person === undefined ? {} : { persons: toIds(shown.people) };
        const report = await api.withdraw(target, { ...persons, asOf: shown.now, by: terminal.user });
        printReport(
          terminal,
          report,
          options.json,
          ({ withdrawn }) => `${showCount(withdrawn, 'rejection was', 'rejections were')} withdrawn at ${target}.`,
        );
      });
    });
}
