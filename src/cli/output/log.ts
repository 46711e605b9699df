// Renders the report of `log` as a table.
import type { LogLine, LogReport } from '../../admin/reports/log-report.ts';
import { showPerson } from './person.ts';
import { renderTable } from './table.ts';
import { showNumber, showSecond } from '../../domain/wording.ts';

/** A log as a table, oldest line first. Times include seconds, because many Deliveries happen within a minute. */
export function showLog({ target, lines }: LogReport): string {
  if (lines.length === 0) return `Nothing has been sent to ${target} yet.`;
  const columns = [
    { heading: 'TIME' },
    { heading: 'PERSON' },
    { heading: 'ACTION' },
    { heading: 'ATTEMPTS', right: true },
    { heading: 'OUTCOME' },
  ];
  return renderTable(columns, lines.map(toRow)).join('\n');
}

function toRow({ at, person, action, attempts = 0, by, outcome }: LogLine): readonly string[] {
  const who = person === undefined ? `by ${by ?? ''}` : showPerson(person);
  return [showSecond(at), who, action ?? '', attempts === 0 ? '' : showNumber(attempts), outcome];
}
