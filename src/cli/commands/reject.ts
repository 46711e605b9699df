// The command `reject`: rejects the actions that the Guard holds.
import { Command } from 'commander';
import { toOwnCommand } from '../../domain/own-command.ts';
import type { CommandContext } from '../command-context.ts';
import { addAnswerOptions, answerHolds, describeLeftOver, type AnswerOptions } from './answer-holds.ts';
import { showCount } from '../../domain/wording.ts';
import { printReport } from '../terminal/print.ts';
import { addSiteOptions } from '../site-options.ts';
import { withAdmin } from '../with-admin.ts';

/** `reject`: rejects held actions, so that the records stay unchanged while the reason stays the same. */
export function rejectCommand(context: CommandContext): Command {
  return addSiteOptions(addAnswerOptions(new Command('reject')))
    .description(
      'reject the actions that the Guard holds at a target, so that the records stay unchanged; lists the people and asks for confirmation',
    )
    .action(async (target: string, hold: number | undefined, options: AnswerOptions) => {
      const { terminal } = context;
      await withAdmin(context, options, 'write', async (api) => {
        const answered = await answerHolds(
          context,
          api,
          { target, hold, options },
          {
            question: (what) => `Reject ${what} at ${target}?`,
            give: async (choice) => {
              const { rejected, left } = await api.reject(target, choice);
              return { count: rejected, left };
            },
          },
        );
        const report = { rejected: answered.count, left: answered.left };
        const undo = toOwnCommand('withdraw', target, ...(options.person ?? []).flatMap((person) => ['--person', person]));
        printReport(terminal, report, options.json, ({ rejected }) =>
          rejected === 0
            ? `Nothing was rejected at ${target}: the actions shown are no longer on hold.${describeLeftOver(answered, options.person)}`
            : `${showCount(rejected, 'record stays', 'records stay')} unchanged at ${target}.${describeLeftOver(answered, options.person)} Undo: ${undo}`,
        );
      });
    });
}
