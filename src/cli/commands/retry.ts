// The command `retry`: retries parked and delayed deliveries.
import { Command } from 'commander';
import type { RetryReport } from '../../admin/reports/retry-report.ts';
import type { CommandContext } from '../command-context.ts';
import { toOwnCommand } from '../../domain/own-command.ts';
import { showCount } from '../../domain/wording.ts';
import { printReport } from '../terminal/print.ts';
import { addSiteOptions, type SiteOptions } from '../site-options.ts';
import { withAdmin } from '../with-admin.ts';

/** `retry`: retries parked and delayed Deliveries. */
export function retryCommand(context: CommandContext): Command {
  return addSiteOptions(new Command('retry'))
    .description('retry parked and delayed deliveries now, even if the target is down')
    .argument('<target>', 'name of the target')
    .argument('[person]', 'only this person: id, userName or e-mail')
    .option('--json', 'for scripts: print the result as JSON')
    .action(async (target: string, person: string | undefined, options: SiteOptions & { readonly json?: boolean }) => {
      const report = await withAdmin(context, options, 'write', (api) => api.retry(target, person));
      printReport(context.terminal, report, options.json, (shown) => describeRetry(shown, target, person));
    });
}

function describeRetry({ queued, blocked, sooner, ...when }: RetryReport, target: string, person: string | undefined): string {
  const parts = [
    ...(queued === 0 ? [] : [`${showCount(queued, 'parked delivery is', 'parked deliveries are')} retried.`]),
    ...(blocked === 0 ? [] : describeBlocked(blocked, target)),
    ...(sooner === 0 ? [] : [`${showCount(sooner, 'delayed delivery is', 'delayed deliveries are')} retried now.`]),
  ];
  if (parts.length === 0 && !when.wasDown)
    parts.push(`Nothing is parked${person === undefined ? '' : ` for ${person}`}, and nothing is delayed.`);
  return [...parts, ...describeWhen(target, when)].join(' ');
}

function describeBlocked(blocked: number, target: string): readonly string[] {
  return [
    `${showCount(blocked, 'parked delivery is', 'parked deliveries are')} checked again: another person matches the same record.`,
    `If the two people still match the same record, correct the data of one of them in the directory; see: ${toOwnCommand('list', target, '--parked')}.`,
  ];
}

function describeWhen(
  target: string,
  { wasDown, state, obstacle, running }: Omit<RetryReport, 'queued' | 'blocked' | 'sooner'>,
): readonly string[] {
  if (!running) return ['Vestibule is not running; it retries when it starts.'];
  switch (state) {
    case 'live':
      return wasDown ? [`${target} was down. Retrying now.`] : [];
    case 'refused':
      return [`${target} rejected the credentials. Retrying now.`];
    case 'paused':
    case 'draft':
    case 'orphaned':
      return [obstacle];
  }
}
