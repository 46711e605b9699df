// Renders the Plan for one person.
import type { PersonPlanReport, PlannedField } from '../../admin/reports/person-plan-report.ts';
import { toOwnCommand } from '../../domain/own-command.ts';
import { describeClockChange } from '../../domain/sentences.ts';
import { showPerson } from './person.ts';
import type { Style } from './style.ts';
import { renderTable } from './table.ts';
import { showValue } from './format.ts';
import { listPeople, showAccepted, showCondition } from './why.ts';

type PersonPlan = NonNullable<PersonPlanReport['plan']>;

/** The Plan for one person: conditions, fields with their expressions, the Target's record, and the Action. */
export function showPersonPlan({ target, state, people, plan }: PersonPlanReport, asked: string, style: Style): string {
  const [person] = people;
  if (person === undefined) return `No person matches “${asked}”. See: ${toOwnCommand('why', asked)}`;
  if (plan === undefined) return listPeople(people, asked);
  return [
    [`${style.bold(showPerson(person))} at ${style.bold(target)} (${state})`, `id ${person.id}`].join('\n'),
    plan.conditions.map((condition) => showCondition(condition, style)).join('\n'),
    showFields(plan, style),
    showAccepted(plan).join('\n'),
    [describePlanned(plan), plan.next].join(' '),
  ]
    .filter((block) => block !== '')
    .join('\n\n');
}

function describePlanned({ action, clock }: PersonPlan): string {
  const begun = clock === undefined ? [] : [describeClockChange(clock)];
  return [action === undefined ? 'No action is planned now.' : `Planned action: ${action}.`, ...begun].join(' ');
}

function showFields({ fields, noRow }: PersonPlan, style: Style): string {
  const rows = fields.map((field) => [field.field, showValues(field), field.from, field.note ?? '']);
  const columns = [{ heading: 'FIELD' }, { heading: 'VALUE' }, { heading: 'FROM' }, { heading: 'NOTE' }];
  const lines = renderTable(columns, rows).map((line) => `  ${line}`);
  return [...(noRow === undefined ? [] : [style.bad(`  No valid row: ${noRow}`)]), ...lines].join('\n');
}

/** The value of a field; several values if the rows differ; a dash if the field is omitted. */
function showValues({ values }: PlannedField): string {
  const shown = [...new Set(values.map(showValue))];
  return shown.length === 0 ? '-' : shown.join(' | ');
}
