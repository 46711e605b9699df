// The command `plan`, and the options that it shares with `apply`.
import { Command, Option } from 'commander';
import type { PlanOptions } from '../../admin/reports/plan-report.ts';
import type { CommandContext } from '../command-context.ts';
import { readCount } from '../option-values.ts';
import { showPersonPlan } from '../output/plan-person.ts';
import { showPlan } from '../output/plan.ts';
import { printReport } from '../terminal/print.ts';
import { addSiteOptions, type SiteOptions } from '../site-options.ts';
import { withAdmin } from '../with-admin.ts';

interface Options extends SiteOptions, PlanWords {
  readonly json?: boolean;
}

/** The options that select a Plan, for `plan` and `apply`. */
interface PlanWords {
  readonly limit: number;
  readonly records: number;
  readonly newSystem?: boolean;
  readonly resend?: boolean;
}

/** Default number of listed Actions, which fit on a screen. */
const screenful = 20;

/** `--limit`, for every command that prints a Plan. */
export function limitOption(): Option {
  return new Option('--limit <n>', 'number of people to list; counts always include everyone').argParser(readCount).default(screenful);
}

/** `--records`, for every command that prints a Plan. */
export function recordsOption(): Option {
  return new Option('--records <n>', 'number of records to show in full').argParser(readCount).default(3);
}

/** `--new-system`, for every command that prints a Plan. */
export function newSystemOption(): Option {
  return new Option('--new-system', 'the new address or drop folder belongs to a new, empty system: send all records').conflicts(
    'sameSystem',
  );
}

/** `--resend`, for every command that prints a Plan. */
export function resendOption(): Option {
  return new Option('--resend', 'the product was emptied or lost its file: send all records again').conflicts('newSystem');
}

/** Converts command line options to the options of a Plan. */
export function toPlanOptions({ limit, records, newSystem, resend }: PlanWords): PlanOptions {
  return { limit, records, ...(newSystem === true && { system: 'new' }), ...(resend === true && { resend }) };
}

/** `plan`: shows the Actions that an apply would cause. Writes nothing and sends no request to the Target. */
export function planCommand(context: CommandContext): Command {
  return addSiteOptions(new Command('plan'))
    .description('show what apply would do at a target, and why; sends nothing')
    .argument('<target>', 'name of the target')
    .argument('[person]', 'show one person in full: userName, e-mail, id or part of the name')
    .addOption(limitOption())
    .addOption(recordsOption())
    .addOption(newSystemOption())
    .addOption(resendOption())
    .option('--json', 'for scripts: print the plan as JSON')
    .action(async (target: string, person: string | undefined, options: Options) => {
      if (person !== undefined) {
        const report = await withAdmin(context, options, 'read', (api) => api.planPerson(target, person));
        printReport(context.terminal, report, options.json, (shown) => showPersonPlan(shown, person, context.terminal.style));
        return;
      }
      const report = await withAdmin(context, options, 'read', (api) => api.plan(target, toPlanOptions(options)));
      printReport(context.terminal, report, options.json, (shown) => showPlan(shown, context.terminal.style));
    });
}
