// Renders the report of `list` as text or CSV.
import { stringify } from 'csv-stringify/sync';
import type { ListedGroup, ListGroup, ListItem, ListReport } from '../../admin/reports/list-report.ts';
import { toOwnCommand } from '../../domain/own-command.ts';
import { showPerson } from './person.ts';
import type { Style } from './style.ts';
import { showAge, showCount, showNumber, toSentence } from '../../domain/wording.ts';

/** The flag and the heading of each group. */
export const groupWords: Readonly<Record<ListGroup, { readonly flag: string; readonly heading: string }>> = {
  parked: { flag: '--parked', heading: 'Parked' },
  held: { flag: '--held', heading: 'Held by the Guard' },
  noRow: { flag: '--no-row', heading: 'No valid row' },
  inDoubt: { flag: '--in-doubt', heading: 'In doubt' },
  queued: { flag: '--queued', heading: 'Queued' },
  leaving: { flag: '--leaving', heading: 'Leaving' },
  rejected: { flag: '--rejected', heading: 'Rejected' },
};

/**
 * Renders a list: first the obstacles of the whole Target, then, per group, the people with action, time and next step. Empty groups are
 * omitted unless they were requested. People who are not planned yet are mentioned in a note.
 */
export function showList(report: ListReport, asked: boolean, style: Style): string {
  const { target, state, obstacle, notes, groups, now } = report;
  const shown = groups.filter(({ count: people }) => asked || people > 0);
  return [
    [`${style.bold(target)} (${state})`, obstacle, ...notes].filter((line) => line !== '').join('\n'),
    ...(shown.length === 0 && notes.length === 0 ? ['No pending actions and no problems.'] : []),
    ...shown.map((group) => showGroup(group, target, now, style)),
  ].join('\n\n');
}

function showGroup(group: ListedGroup, target: string, now: Date, style: Style): string {
  const { heading, flag } = groupWords[group.group];
  const rest = group.count - group.items.length;
  return [
    style.bold(`${heading}: ${group.count === 0 ? 'no people' : showCount(group.count, 'person', 'people')}`),
    ...group.items.flatMap((item) => showItem(item, now, style)),
    ...(rest > 0 ? [`  … and ${showNumber(rest)} more: ${toOwnCommand('list', target, flag, '--limit', String(group.count))}`] : []),
  ].join('\n');
}

function showItem({ person, action, reason, since, next }: ListItem, now: Date, style: Style): readonly string[] {
  const head = [showPerson(person), ...(action === undefined ? [] : [action]), showAge(since, now)];
  const why = next.toLowerCase().includes(reason.toLowerCase()) ? [] : [toSentence(reason)];
  return [`  ${head.join('  ')}`, ...[...why, ...(next === '' ? [] : [next])].map((line) => `      ${style.dim(line)}`)];
}

const columns = ['group', 'name', 'userName', 'id', 'deleted', 'state', 'action', 'reason', 'since', 'next'] as const;

/**
 * Lines of a CSV file, without the final line end: the header, or one line per person. Cells that a spreadsheet would interpret as formulas
 * are escaped.
 */
export function toCsv(groups: readonly ListedGroup[], header: boolean): string {
  const rows = groups.flatMap(({ group, items }) => items.map((item) => toCells(group, item)));
  return stringify(header ? [[...columns], ...rows] : rows, { escape_formulas: true }).trimEnd();
}

function toCells(group: ListGroup, { person, state, action, reason, since, next }: ListItem): readonly string[] {
  const deleted = person.deleted === true ? 'yes' : '';
  return [group, person.displayName, person.userName, person.id, deleted, state, action ?? '', reason, since.toISOString(), next];
}
