// The command `list`: lists the people with pending actions or problems at a Target.
import { Command, Option } from 'commander';
import { listGroups, type ListedGroup, type ListGroup, type ListReport } from '../../admin/reports/list-report.ts';
import type { AdminApi } from '../../admin/api.ts';
import type { CommandContext } from '../command-context.ts';
import { readPositive } from '../option-values.ts';
import { showList, toCsv } from '../output/list.ts';
import { mapTexts, withoutControls } from '../output/format.ts';
import { printReport } from '../terminal/print.ts';
import { addSiteOptions, type SiteOptions } from '../site-options.ts';
import { withAdmin } from '../with-admin.ts';

interface Options extends SiteOptions {
  readonly parked?: boolean;
  readonly held?: boolean;
  /** Commander converts `--no-row` to `row: false`. */
  readonly row?: boolean;
  readonly inDoubt?: boolean;
  readonly queued?: boolean;
  readonly leaving?: boolean;
  readonly rejected?: boolean;
  /** Max people per group. Default: `defaultLimit`, or everyone with `--csv`. */
  readonly limit?: number;
  readonly json?: boolean;
  readonly csv?: boolean;
}

/** Max number of people that the daemon returns in one page. */
const maxBatch = 500;

/** Max people per group as text and in JSON without `--limit`. */
const defaultLimit = 50;

/** `list`: people with pending actions or problems at a Target, with reason, time and next step. */
export function listCommand(context: CommandContext): Command {
  return addSiteOptions(new Command('list'))
    .description('list people with pending actions or problems at a target, with reason, time and next step')
    .argument('<target>', 'name of the target')
    .option('--parked', 'rejected by the target, or ambiguous')
    .option('--held', 'held by the Guard')
    .option('--no-row', 'in scope, but without a valid row')
    .option('--in-doubt', 'no answer; Vestibule looks up the record before it writes again')
    .option('--queued', 'waiting to be sent')
    .option('--leaving', 'a leaver delay is running')
    .option('--rejected', 'removals and changes that an operator rejected')
    .addOption(
      new Option('--limit <n>', `max number of people in each group (default: ${defaultLimit}; no limit with --csv)`).argParser(
        readPositive,
      ),
    )
    .addOption(new Option('--csv', 'for spreadsheets: print CSV with one line for each person').conflicts('json'))
    .option('--json', 'for scripts: print the result as JSON')
    .action(async (target: string, options: Options) => {
      const { terminal } = context;
      const groups = toGroups(options);
      await withAdmin(context, options, 'read', async (api) => {
        if (options.csv === true) {
          terminal.data(toCsv([], true));
          for await (const { groups: page } of readPages(api, target, groups, options.limit ?? Infinity)) {
            const lines = toCsv(mapTexts(withoutControls(page), terminal.propose), false);
            if (lines !== '') terminal.data(lines);
          }
          return;
        }
        const report = await readList(api, target, groups, options.limit ?? defaultLimit);
        printReport(terminal, report, options.json, (shown) => showList(shown, groups !== undefined, terminal.style));
      });
    });
}

function toGroups(options: Options): readonly ListGroup[] | undefined {
  const chosen = listGroups.filter((group) => (group === 'noRow' ? options.row === false : options[group] === true));
  return chosen.length === 0 ? undefined : chosen;
}

/**
 * Reads a list in pages: first one page of every group, then further pages of the groups that have more, up to `limit` people per group
 * (`Infinity`: everyone).
 */
async function* readPages(
  api: AdminApi,
  target: string,
  groups: readonly ListGroup[] | undefined,
  limit: number,
): AsyncIterable<ListReport> {
  const first = await api.list(target, { ...(groups !== undefined && { groups }), limit: Math.min(limit, maxBatch) });
  yield first;
  for (const { group, next } of first.groups) {
    for (let after = next, left = limit - maxBatch; after !== undefined && left > 0; left -= maxBatch) {
      const page = await api.list(target, { groups: [group], limit: Math.min(left, maxBatch), after });
      yield page;
      after = page.groups[0]?.next;
    }
  }
}

async function readList(api: AdminApi, target: string, groups: readonly ListGroup[] | undefined, limit: number): Promise<ListReport> {
  let report: ListReport | undefined;
  for await (const page of readPages(api, target, groups, limit)) {
    report = report === undefined ? page : { ...report, groups: report.groups.map((group) => join(group, page.groups)) };
  }
  if (report === undefined) throw new Error('Internal error: expected a first page of the list, found none');
  return report;
}

function join(group: ListedGroup, more: readonly ListedGroup[]): ListedGroup {
  const page = more.find((one) => one.group === group.group);
  if (page === undefined) return group;
  const { next: _, ...before } = group;
  return { ...before, items: [...group.items, ...page.items], ...(page.next !== undefined && { next: page.next }) };
}
