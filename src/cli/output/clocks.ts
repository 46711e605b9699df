// Renders changes of leaver delays for `plan` and `apply`.
import type { ClockGroupReport, ClocksReport } from '../../admin/reports/plan-report.ts';
import { nameLeaver } from '../../domain/sentences.ts';
import { showCount, showNumber, showTime } from '../../domain/wording.ts';
import { showPerson } from './person.ts';

/** Changes of leaver clocks for `plan`: a heading per kind of change, followed by one line per group of people. Empty if none changes. */
export function showClocks({ begins, changes, ends, hold }: ClocksReport): readonly string[] {
  return [
    ...showKind('A leaver delay begins for', begins, ({ step, dueAt }) => `${step} is due on ${showTime(dueAt)}`),
    ...showKind(
      'The leaver delay changes for',
      changes,
      ({ step, dueAt, wasDueAt }) => `${step} is due on ${showTime(dueAt)}; the next step was due on ${showTime(wasDueAt)}`,
    ),
    ...showKind('The leaver delay is cancelled for', ends, ({ step, dueAt }) => `${step} was due on ${showTime(dueAt)}`),
    ...(hold === undefined ? [] : [`The Guard will hold these removals when they are due: ${hold}`]),
  ];
}

function showKind(heading: string, groups: readonly ClockGroupReport[], tell: (group: ClockGroupReport) => string): readonly string[] {
  if (groups.length === 0) return [];
  const lines = groups.map(
    (group) => `  ${showNumber(group.people)} ${nameLeaver(group.reason, group.condition)}; ${tell(group)}: ${nameSome(group)}`,
  );
  return [`${heading} ${countPeople(groups)}:`, ...lines];
}

/** Changes of leaver clocks as parts of a sentence: `a leaver delay begins for 3 people: delete from 2026-11-28 12:00 UTC`. Empty if none changes. */
export function describeClocks({ begins, changes, ends, hold }: ClocksReport): readonly string[] {
  const tell = (what: string, groups: readonly ClockGroupReport[]) =>
    groups.slice(0, 1).map(({ step, dueAt }) => `${what} ${countPeople(groups)}: ${step} from ${showTime(dueAt)}`);
  return [
    ...tell('a leaver delay begins for', begins),
    ...tell('the leaver delay changes for', changes),
    ...(ends.length === 0 ? [] : [`the leaver delay is cancelled for ${countPeople(ends)}`]),
    ...(hold === undefined ? [] : ['more removals than the Guard allows; the Guard will hold them when they are due']),
  ];
}

/** A running leaver delay of one group: its people, and its next step with the first people (`the first delete is due on …: Anna …`). */
export function describeRunning(group: ClockGroupReport): { readonly line: string; readonly next: string } {
  const line = `a leaver delay is running for ${showCount(group.people, 'person', 'people')} ${nameLeaver(group.reason, group.condition)}`;
  return { line, next: `the first ${group.step} is due on ${showTime(group.dueAt)}: ${nameSome(group)}` };
}

/** The first people with a clock that begins, changes or ends, in this order: `Anna Berg (anna@contoso.com) and 30 more`. */
export function nameFirstLeavers({ begins, changes, ends }: ClocksReport): string {
  const groups = [begins, changes, ends].find((kind) => kind.length > 0) ?? [];
  const [group] = groups;
  return group === undefined ? '' : nameSome({ first: group.first, people: sumPeople(groups) });
}

/** Numbers of changed leaver clocks in words, for the result of `apply`. */
export function countClocks({ begins, changes, ends }: Readonly<Record<'begins' | 'changes' | 'ends', number>>): readonly string[] {
  const people = (number: number) => showCount(number, 'person', 'people');
  return [
    ...(begins === 0 ? [] : [`a leaver delay began for ${people(begins)}`]),
    ...(changes === 0 ? [] : [`the leaver delay changed for ${people(changes)}`]),
    ...(ends === 0 ? [] : [`the leaver delay was cancelled for ${people(ends)}`]),
  ];
}

function countPeople(groups: readonly ClockGroupReport[]): string {
  return showCount(sumPeople(groups), 'person', 'people');
}

function sumPeople(groups: readonly ClockGroupReport[]): number {
  return groups.reduce((sum, { people }) => sum + people, 0);
}

/** The first people of a group, and the number of the others: `Anna Berg (anna@contoso.com) and 30 more`. */
export function nameSome({ first, people }: Pick<ClockGroupReport, 'first' | 'people'>): string {
  const rest = people > first.length ? ` and ${showNumber(people - first.length)} more` : '';
  return `${first.map(showPerson).join(', ')}${rest}`;
}
