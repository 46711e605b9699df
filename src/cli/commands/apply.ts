// The command `apply`: shows the Plan for a Target's changed configuration, asks for confirmation, and carries it out.
import { Command, Option } from 'commander';
import type { ApplyOptions, ApplyReport } from '../../admin/reports/apply-report.ts';
import type { PlanReport } from '../../admin/reports/plan-report.ts';
import { findMissingAgreement } from '../../domain/apply-agreement.ts';
import { CommandRefused } from '../../domain/errors.ts';
import { toOwnCommand } from '../../domain/own-command.ts';
import type { CommandContext } from '../command-context.ts';
import { confirm } from '../terminal/confirm.ts';
import { readCount } from '../option-values.ts';
import { countClocks, describeClocks } from '../output/clocks.ts';
import { showPlan } from '../output/plan.ts';
import { showCount } from '../../domain/wording.ts';
import { withoutControls } from '../output/format.ts';
import { limitOption, recordsOption, newSystemOption, resendOption, toPlanOptions } from './plan.ts';
import { printReport } from '../terminal/print.ts';
import { addSiteOptions, type SiteOptions } from '../site-options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { withAdmin } from '../with-admin.ts';

interface Options extends SiteOptions {
  readonly limit: number;
  readonly records: number;
  readonly replaceAll?: boolean;
  readonly without?: number;
  readonly sameSystem?: boolean;
  readonly newSystem?: boolean;
  readonly resend?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `apply`: applies a Target's files, with exactly the Plan that was shown. */
export function applyCommand(context: CommandContext): Command {
  return addSiteOptions(new Command('apply'))
    .description('apply the files of a target: shows the plan, asks for confirmation, and carries out exactly that plan')
    .argument('<target>', 'name of the target')
    .addOption(limitOption())
    .addOption(recordsOption())
    .option('--replace-all', 'confirm that the product removes everyone who is not in the file')
    .addOption(
      new Option('--without <n>', 'confirm that this number of people in scope will be removed because they have no valid row').argParser(
        readCount,
      ),
    )
    .addOption(
      new Option('--same-system', 'confirm that the system is the same although its address or drop folder has changed').conflicts([
        'newSystem',
        'resend',
      ]),
    )
    .addOption(newSystemOption())
    .addOption(resendOption())
    .option('--yes', 'do not ask for confirmation')
    .option('--json', 'for scripts: print the result as JSON; the plan goes to standard error')
    .action(async (target: string, options: Options) => {
      const { terminal } = context;
      await withAdmin(context, options, 'write', async (api) => {
        const plan = await api.plan(target, toPlanOptions(options));
        printPlan(terminal, plan, options);
        assertApplicable(plan, options);
        await confirm(terminal, toQuestion(plan), options.yes);
        const report = await api.apply(target, { ...toAgreement(options), by: terminal.user, hash: plan.hash });
        printReport(terminal, report, options.json, (shown) => showApplied(shown, plan));
      });
    });
}

function printPlan(terminal: Terminal, plan: PlanReport, { json, sameSystem }: Options): void {
  const text = `${showPlan(withoutControls(plan), terminal.style, sameSystem)}\n`;
  if (json === true) terminal.err(text);
  else terminal.out(text);
}

/** Throws if the apply would be refused. Called before the question, so that a confirmed apply is not refused afterwards. */
function assertApplicable(plan: PlanReport, { replaceAll = false, without = 0, sameSystem, newSystem }: Options): void {
  const system = sameSystem === true ? 'same' : newSystem === true ? 'new' : undefined;
  const found = plan.refusal ?? findMissingAgreement(plan.target, plan, { replaceAll, without, system });
  if (found !== undefined) throw new CommandRefused(found.message, { hint: found.hint });
}

function toAgreement({ replaceAll, without, sameSystem, newSystem, resend }: Options): Omit<ApplyOptions, 'by' | 'hash'> {
  return {
    ...(replaceAll === true && { replaceAll }),
    ...(without !== undefined && { without }),
    ...(sameSystem === true && { system: 'same' }),
    ...(newSystem === true && { system: 'new' }),
    ...(resend === true && { resend }),
  };
}

function toQuestion(plan: PlanReport): string {
  const { target, actions, again, guard } = plan;
  const removals = actions.deactivate + actions.delete;
  const facts = [
    showCount(actions.create + actions.update + removals, 'action', 'actions'),
    ...(removals === 0 ? [] : [`${showCount(removals, 'person', 'people')} removed`]),
    ...(guard === undefined || guard.passed.length === 0 ? [] : ['bypasses the Guard']),
    ...describeClocks(plan.clocks),
    ...describeAgain(plan),
  ].join(', ');
  if (again === undefined || again.newSystem) return `Apply to ${target} (${facts})?`;
  return again.what === 'file' ? `Write the output file of ${target} again (${facts})?` : `Send all records to ${target} again (${facts})?`;
}

/** The risks of sending everyone again, as parts of the question. */
function describeAgain({ again, target }: PlanReport): readonly string[] {
  if (again === undefined || again.what === 'file') return [];
  const { newSystem, forgotten, notSent, mayDouble } = again;
  if (newSystem) return forgotten === 0 ? [] : [`${showCount(forgotten, 'person remains', 'people remain')} in the old system`];
  return [
    ...(mayDouble === 0 ? [] : [`${showCount(mayDouble, 'record', 'records')} duplicated if they still exist`]),
    ...(notSent === 0 ? [] : [`${showCount(notSent, 'person', 'people')} no longer managed if ${target} was not emptied`]),
  ];
}

function showApplied({ target, state, waits, missing, actions, clocks }: ApplyReport, { again }: PlanReport): string {
  if (waits) return `Applied. ${target} goes live automatically after the first cycle${missing === undefined ? '.' : `: ${missing}.`}`;
  const done = Object.entries(actions).filter(([, number]) => number > 0);
  const parts = [
    ...done.map(([action, number]) => `${action} ${number}`),
    ...countClocks(clocks),
    ...(again?.what === 'file' ? ['the output file will be written again'] : []),
  ];
  const what = parts.length === 0 ? 'nothing to do' : parts.join(', ');
  return `Applied. ${target} is ${state}: ${what}. See: ${toOwnCommand('status')}`;
}
