// Renders holds and rejections for the terminal.
import type { HoldReport, HoldsReport, Rejection, RejectionsReport } from '../../admin/reports/hold-report.ts';
import type { PersonLabel } from '../../admin/reports/person-label.ts';
import { toOwnCommand } from '../../domain/own-command.ts';
import { showPerson } from './person.ts';
import { renderTable } from './table.ts';
import { showAge, showCount, showNumber, showTime } from '../../domain/wording.ts';

/** The open holds, each with its first people and their reasons. */
export function showHolds({ target, now, holds, held }: HoldsReport): string {
  return holds
    .map((hold) =>
      [
        `Hold ${hold.number} of ${target} (${showAge(hold.at, now)}): ${hold.why}`,
        ...(hold.withdrawn === 0
          ? []
          : [`The file of ${target} has changed but is not applied yet (${toOwnCommand('plan', target)}). ${describeWithdrawn(hold)}`]),
        ...showPeople(hold, toOwnCommand('list', target, '--held', '--limit', String(held))),
      ].join('\n'),
    )
    .join('\n\n');
}

/**
 * The Actions that applying an edit removes from a hold: `Applying the file takes these 110 removals out of hold 1 without sending them. Do
 * not accept this hold.`
 */
export function describeWithdrawn({ number, what, open, withdrawn }: Pick<HoldReport, 'number' | 'what' | 'open' | 'withdrawn'>): string {
  const sent = withdrawn === 1 ? 'it' : 'them';
  if (withdrawn < open)
    return `Applying the file takes ${showNumber(withdrawn)} of the ${showNumber(open)} ${what} out of hold ${number} without sending ${sent}. Do not accept this hold before you apply the file.`;
  const actions = withdrawn === 1 ? `this ${what.slice(0, -1)}` : `these ${showNumber(withdrawn)} ${what}`;
  return `Applying the file takes ${actions} out of hold ${number} without sending ${sent}. Do not accept this hold.`;
}

/** The numbers of removals and changes: `26 removals and 1 change`. */
export function countChosen(holds: HoldsReport['holds']): string {
  return holds.map(({ what, chosen }) => showCount(chosen, what.slice(0, -1), what)).join(' and ');
}

function showPeople({ people, chosen }: HoldReport, listCommand: string): readonly string[] {
  const rows = people.map(({ person, action, reason, since }) => [action, showPerson(person), `${reason}, since ${showTime(since)}`]);
  return [...showRows(rows), ...showRest(chosen - people.length, listCommand)];
}

/** Rejections with the first people. */
export function showRejections({ target, count: all, people }: RejectionsReport): string {
  const rows = people.map((rejection) => [showPerson(rejection.person), showRejection(rejection)]);
  const rest = showRest(all - people.length, toOwnCommand('list', target, '--rejected', '--limit', String(all)));
  return [`${showCount(all, 'rejection', 'rejections')} at ${target}`, ...showRows(rows), ...rest].join('\n');
}

function showRejection({ what, reason, by, at }: Rejection): string {
  return [`${what} rejected by ${by}, ${showTime(at)}`, ...(reason === undefined ? [] : [`reason: ${reason}`])].join('; ');
}

function showRows(rows: readonly (readonly string[])[]): readonly string[] {
  const columns = (rows[0] ?? []).map(() => ({ heading: '' }));
  return renderTable(columns, rows)
    .slice(1)
    .map((line) => `  ${line}`);
}

function showRest(rest: number, listCommand: string): readonly string[] {
  return rest > 0 ? [`  … and ${showNumber(rest)} more: ${listCommand}`] : [];
}

/** The ids of people, for use in commands. */
export function toIds(people: readonly { readonly person: PersonLabel }[]): readonly string[] {
  return people.map(({ person }) => person.id);
}
