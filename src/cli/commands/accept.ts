// The command `accept`: releases the actions that the Guard holds.
import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { addAnswerOptions, answerHolds, describeLeftOver, type AnswerOptions } from './answer-holds.ts';
import { showCount } from '../../domain/wording.ts';
import { printReport } from '../terminal/print.ts';
import { addSiteOptions } from '../site-options.ts';
import { withAdmin } from '../with-admin.ts';

/** `accept`: releases the held actions that were shown. */
export function acceptCommand(context: CommandContext): Command {
  return addSiteOptions(addAnswerOptions(new Command('accept')))
    .description('release the actions that the Guard holds at a target; lists the people and asks for confirmation')
    .action(async (target: string, hold: number | undefined, options: AnswerOptions) => {
      await withAdmin(context, options, 'write', async (api) => {
        const answered = await answerHolds(
          context,
          api,
          { target, hold, options },
          {
            question: (what) => `Release ${what} at ${target}?`,
            give: async (choice) => {
              const { released, left } = await api.accept(target, choice);
              return { count: released, left };
            },
          },
        );
        const report = { released: answered.count, left: answered.left };
        printReport(context.terminal, report, options.json, ({ released }) =>
          released === 0
            ? `Nothing was released at ${target}: the actions shown are no longer on hold.${describeLeftOver(answered, options.person)}`
            : `${showCount(released, 'action was', 'actions were')} released at ${target}.${describeLeftOver(answered, options.person)}`,
        );
      });
    });
}
