import { Command, Option } from 'commander';
import type { ApplyOptions, ApplyReport, PlanReport } from '../admin/api.ts';
import type { CommandContext } from './command-context.ts';
import { confirm } from './confirm.ts';
import { readCount } from './option-values.ts';
import { showPlan } from './output/plan.ts';
import { count, withoutControls } from './output/words.ts';
import { limitOption } from './plan.ts';
import { printReport } from './print.ts';
import { addSiteOptions, type SiteOptions } from './site-options.ts';
import type { Terminal } from './terminal.ts';
import { withAdmin } from './with-admin.ts';

interface Options extends SiteOptions {
  readonly limit: number;
  readonly replaceAll?: boolean;
  readonly without?: number;
  readonly sameSystem?: boolean;
  readonly newSystem?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `apply`: puts a Target's files in force, with exactly the Plan that was shown. */
export function applyCommand(context: CommandContext): Command {
  return addSiteOptions(new Command('apply'))
    .description("put a target's files in force: shows the plan, asks, and does exactly that")
    .argument('<target>', 'name of the target')
    .addOption(limitOption())
    .option('--replace-all', 'agree that the product loses whoever is not in our file')
    .addOption(new Option('--without <n>', 'agree to lose this many people in scope whose records are held back').argParser(readCount))
    .addOption(new Option('--same-system', 'the address changed, the system behind it did not').conflicts('newSystem'))
    .addOption(new Option('--new-system', 'another, empty system behind the same name').conflicts('sameSystem'))
    .option('--yes', 'do not ask')
    .option('--json', 'for scripts: what was done as JSON; the plan goes to standard error')
    .action(async (target: string, options: Options) => {
      const { terminal } = context;
      await withAdmin(context, options, async (api) => {
        const plan = await api.plan(target, { limit: options.limit });
        printPlan(terminal, plan, options.json);
        await confirm(terminal, toQuestion(plan), options.yes);
        const report = await api.apply(target, { ...toAgreement(options), by: terminal.user, hash: plan.hash });
        printReport(terminal, report, options.json, showApplied);
      });
    });
}

function printPlan(terminal: Terminal, plan: PlanReport, json: boolean | undefined): void {
  const text = `${showPlan(withoutControls(plan), terminal.style)}\n`;
  if (json === true) terminal.err(text);
  else terminal.out(text);
}

function toAgreement({ replaceAll, without, sameSystem, newSystem }: Options): Omit<ApplyOptions, 'by' | 'hash'> {
  return {
    ...(replaceAll === true && { replaceAll }),
    ...(without !== undefined && { without }),
    ...(sameSystem === true && { system: 'same' }),
    ...(newSystem === true && { system: 'new' }),
  };
}

function toQuestion({ target, actions }: PlanReport): string {
  const removals = actions.deactivate + actions.delete;
  const all = count(actions.create + actions.update + removals, 'action', 'actions');
  return removals === 0 ? `Apply to ${target} (${all})?` : `Apply to ${target} (${all}, ${count(removals, 'person', 'people')} removed)?`;
}

function showApplied({ target, state, waits, missing, actions }: ApplyReport): string {
  if (waits) return `Applied. ${target} goes live by itself${missing === undefined ? '' : `; it waits: ${missing}`}`;
  const done = Object.entries(actions).filter(([, number]) => number > 0);
  const what = done.length === 0 ? 'nothing is to be done' : done.map(([action, number]) => `${action} ${number}`).join(', ');
  return `Applied. ${target} is ${state}: ${what}. See: vestibule status`;
}
