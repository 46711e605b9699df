// The shared part of `accept` and `reject`: shows the holds, asks for confirmation, and sends the request.
import { Option, type Command } from 'commander';
import type { AdminApi } from '../../admin/api.ts';
import type { HoldOptions, HoldReport } from '../../admin/reports/hold-report.ts';
import { showCount } from '../../domain/wording.ts';
import type { CommandContext } from '../command-context.ts';
import { confirm } from '../terminal/confirm.ts';
import { readCount } from '../option-values.ts';
import { countChosen, showHolds, toIds } from '../output/holds.ts';
import { withoutControls } from '../output/format.ts';
import type { SiteOptions } from '../site-options.ts';

/** Options of `accept` and `reject`. */
export interface AnswerOptions extends SiteOptions {
  readonly person?: readonly string[];
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** The total result for all holds. */
export interface Answered {
  readonly count: number;
  readonly left: number;
}

/** `--person`, which can be repeated. */
export function personOption(description: string): Option {
  return new Option('--person <person>', description).argParser((text: string, before: readonly string[] | undefined) => [
    ...(before ?? []),
    text,
  ]);
}

/** Adds the arguments and options that `accept` and `reject` share; returns the same command. */
export function addAnswerOptions(command: Command): Command {
  return command
    .argument('<target>', 'name of the target')
    .argument('[hold]', 'number of the hold (default: all holds)', readCount)
    .addOption(personOption('only this person (id, userName, e-mail or name); can be repeated'))
    .option('--yes', 'do not ask for confirmation')
    .option('--json', 'for scripts: print the result as JSON');
}

/**
 * Shows the holds, asks for confirmation, and accepts or rejects exactly the Actions that were shown.
 * @throws {CommandRefused} if a hold is no longer open, after printing the results so far.
 */
export async function answerHolds(
  { terminal }: CommandContext,
  api: AdminApi,
  which: { readonly target: string; readonly hold: number | undefined; readonly options: AnswerOptions },
  answer: { readonly question: (what: string) => string; readonly give: (options: HoldOptions) => Promise<Answered> },
): Promise<Answered> {
  const { target, hold, options } = which;
  const { person: persons, yes } = options;
  const shown = await api.holds(target, { ...(hold !== undefined && { hold }), ...(persons !== undefined && { persons }) });
  terminal.err(showHolds(withoutControls(shown)));
  await confirm(terminal, answer.question(countChosen(shown.holds)), yes);
  const sum = { count: 0, left: 0 };
  for (const report of shown.holds) {
    const { count, left } = await answer.give({ ...toOptions(report, persons), by: terminal.user }).catch((error: unknown) => {
      if (sum.count > 0) terminal.err(`Actions completed before the error: ${sum.count}.`);
      throw error;
    });
    sum.count += count;
    sum.left += left;
  }
  return sum;
}

function toOptions({ number, revision, people }: HoldReport, persons: readonly string[] | undefined): Omit<HoldOptions, 'by'> {
  return { hold: number, revision, ...(persons !== undefined && { persons: toIds(people) }) };
}

/** A sentence, after a space, about actions that are still on hold afterwards; empty if there are none. */
export function describeLeftOver({ left }: Answered, persons: readonly string[] | undefined): string {
  if (left === 0) return '';
  if (persons !== undefined) return ` ${showCount(left, 'action stays', 'actions stay')} on hold.`;
  return ` ${showCount(left, 'action', 'actions')} joined the hold after it was shown and ${left === 1 ? 'stays' : 'stay'} on hold.`;
}
