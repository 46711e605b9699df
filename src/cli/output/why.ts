// Renders the report of `why`: the explanation of one person.
import type { WhyReport } from '../../admin/reports/why-report.ts';
import { showPerson } from './person.ts';
import type { Style } from './style.ts';
import { renderTable } from './table.ts';
import { showTime, toSentence } from '../../domain/wording.ts';
import { showValue } from './format.ts';

type Story = WhyReport['stories'][number];

/** The explanation of one person at each Target, or the list of matches if none or several people match. */
export function showWhy(report: WhyReport, asked: string, style: Style): string {
  const [person, ...others] = report.people;
  if (person === undefined) return describeNobody(report, asked);
  if (others.length > 0) return listPeople(report.people, asked);
  const stories = report.stories.map((story) => showStory(story, style));
  return [
    [style.bold(showPerson(person)), `id ${person.id}`, toSentence(report.arrival)].filter((line) => line !== '').join('\n'),
    ...(stories.length === 0 && report.untold.length === 0 ? ['No targets yet.'] : stories),
    ...report.untold.map(({ target, why }) => `${style.bold(target)}: ${why}`),
  ].join('\n\n');
}

/** The usual causes in Entra if a person was not received, in the order in which to check them (docs/entra.md). */
const causes = [
  'The person, or a group with the person as a direct member, must be assigned to the enterprise application (nested groups do not count).',
  'Provisioning must be on, and its last cycle finished; a cycle runs every 20 to 40 minutes.',
  'A scoping filter of the attribute mapping may exclude the person.',
  'The provisioning log in Entra may show why the person was skipped.',
  'A person whose only role is "Default Access" is skipped: assign another role.',
];

function describeNobody({ arrival, similar = [] }: WhyReport, asked: string): string {
  return [
    `No person matches “${asked}”.`,
    ...(arrival === '' ? [] : [toSentence(arrival)]),
    ...(similar.length === 0 ? [] : [`Similar: ${similar.map(showPerson).join(', ')}.`]),
    'Check Entra:',
    ...causes.map((cause, index) => `  ${index + 1}. ${cause}`),
    '“Provision on demand” in the Entra portal sends one person immediately and shows the result.',
  ].join('\n');
}

/** The people that a text matches, and how to select one of them. */
export function listPeople(people: WhyReport['people'], asked: string): string {
  const rows = people.map((person) => [person.displayName, person.userName, person.source ?? '', person.id]);
  const alike = new Set(people.map(({ userName }) => userName.toLowerCase())).size < people.length;
  return [
    `“${asked}” matches ${people.length} people. Repeat the command with the ${alike ? 'id' : 'userName or id'} of one of them:`,
    ...renderTable([{ heading: 'NAME' }, { heading: 'USERNAME' }, { heading: 'SOURCE' }, { heading: 'ID' }], rows).map(
      (line) => `  ${line}`,
    ),
  ].join('\n');
}

function showStory(story: Story, style: Style): string {
  return [
    `${style.bold(story.target)} (${story.state})`,
    ...story.conditions.map((condition) => showCondition(condition, style)),
    ...(story.missingGroups ?? []).map((sentence) => `  ${style.warn(toSentence(sentence))}`),
    ...showRecord(story),
    ...showAccepted(story),
    ...showOpen(story),
    ...showHistory(story),
    `  ${style.bold('Next')}  ${story.next}`,
    ...(story.edit === undefined ? [] : [`  ${style.bold('Edit')}  ${style.warn(story.edit)}`]),
  ].join('\n');
}

/** A condition, its result, and the values that it read. */
export function showCondition({ name, rule, holds, values }: Story['conditions'][number], style: Style): string {
  const read = Object.entries(values).map(([field, value]) => `${field} = ${showValue(value)}`);
  const named = name === rule ? name : `${name}  ${style.dim(rule)}`;
  return `  ${holds ? style.good('✓') : style.bad('✗')} ${named}${read.length === 0 ? '' : `  [${read.join(', ')}]`}`;
}

/** The record by the Mapping, and below it every truncated or omitted field. */
function showRecord({ record, heldBack, notes = [] }: Story): readonly string[] {
  if (heldBack !== undefined) return [`  Record    no valid row: ${heldBack}`];
  if (record === undefined) return [];
  return [...showRows('Record', record), ...notes.map(({ field, text }) => `            ${field} ${text}`)];
}

/** The record that the Target last accepted. */
export function showAccepted({ accepted }: Pick<Story, 'accepted'>): readonly string[] {
  if (accepted === undefined) return ['  Accepted  nothing yet'];
  const key = accepted.key === undefined ? '' : `, key ${accepted.key}`;
  const state = accepted.active ? '' : ', deactivated';
  return [`  Accepted  ${showTime(accepted.at)}${key}${state}`, ...showRows('', accepted.sent)];
}

function showRows(label: string, rows: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  return rows.map((row, index) => {
    const fields = Object.entries(row).map(([field, value]) => `${field} = ${showValue(value)}`);
    return `  ${(index === 0 ? label : '').padEnd(8)}  ${fields.join(', ')}`;
  });
}

function showOpen({ open }: Story): readonly string[] {
  if (open === undefined) return [];
  const tried = open.attempts === 0 ? '' : `, tried ${open.attempts === 1 ? 'once' : `${open.attempts} times`}`;
  const said = open.answer === '' ? '' : `: ${open.answer}`;
  return [`  Open      ${open.action} (delivery ${open.id}), ${open.state}${tried}${said}`];
}

function showHistory({ history }: Story): readonly string[] {
  return history.map((past, index) => {
    const said = past.answer === '' || past.answer === past.state ? '' : `: ${past.answer}`;
    return `  ${(index === 0 ? 'History' : '').padEnd(8)}  ${showTime(past.settledAt ?? past.answeredAt ?? past.createdAt)}  ${past.action} ${past.state}${said}`;
  });
}
