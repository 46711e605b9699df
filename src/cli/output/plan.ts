// Renders the Plan of a Target.
import type { PlanLine, PlanReport } from '../../admin/reports/plan-report.ts';
import { describeReplacing, toApplyCommand } from '../../domain/apply-agreement.ts';
import { toOwnCommand } from '../../domain/own-command.ts';
import { describeWithdrawn } from './holds.ts';
import { showClocks } from './clocks.ts';
import { showDestination } from './destination.ts';
import { showPerson } from './person.ts';
import type { Style } from './style.ts';
import { renderTable } from './table.ts';
import { nameCause, nameLeaver } from '../../domain/sentences.ts';
import { showCount, showNumber, toSentence } from '../../domain/wording.ts';
import { showValue } from './format.ts';

/**
 * Renders a Plan: first cycle, Scope, then Actions and limits. `sameSystem` is true if the person confirmed that the new address is the
 * same system.
 */
export function showPlan(report: PlanReport, style: Style, sameSystem = false): string {
  const blocks = [
    [
      style.bold(`Plan for ${report.target}`) + ` (${report.state})`,
      showDestination(report.destination),
      toSentence(report.cycle ?? "Entra's first cycle has finished"),
    ].join('\n'),
    showScope(report),
    showActions(report, style),
    report.lines.map((line) => showLine(line, style)).join('\n'),
    showUnlisted(report),
    showRecords(report, style),
    showHeldBack(report),
    showFieldNotes(report),
    showEmpty(report),
    showWaiting(report, style, sameSystem),
    report.notes.map((note) => `- ${note}`).join('\n'),
    showAgreement(report, style),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function showScope(report: PlanReport): string {
  const rows = [
    ['people staged', showNumber(report.people)],
    ...report.scope.map(({ name, leavesOut }) => [`excluded by “${name}”`, showNumber(leavesOut)]),
    ['in scope', showNumber(report.inScope)],
  ];
  // This list needs no headings.
  return renderTable([{ heading: '' }, { heading: '', right: true }], rows)
    .slice(1)
    .join('\n');
}

function showActions(report: PlanReport, style: Style): string {
  const { actions, guard } = report;
  const wanted = (['create', 'update', 'deactivate', 'delete'] as const).filter((action) => actions[action] > 0);
  const underWay = describeUnderWay(report);
  const clocks = showClocks(report.clocks);
  const nothing = clocks.length > 0 ? 'Nothing to send now.' : underWay.length === 0 ? 'Nothing to do.' : 'Nothing new to do.';
  return [
    wanted.length === 0 ? nothing : `Actions: ${wanted.map((action) => `${action} ${showNumber(actions[action])}`).join(', ')}`,
    ...(guard === undefined ? [] : [style.warn(describeGuard(guard))]),
    ...clocks.map((line) => style.warn(line)),
    ...underWay,
  ].join('\n');
}

/** An apply of the displayed Plan passes the Guard; a Plan that goes live automatically later does not. */
function describeGuard({ why, passed }: NonNullable<PlanReport['guard']>): string {
  if (passed.length === 0) return `The Guard would hold: ${why}`;
  return `Applying this plan bypasses the Guard: it ${passed.join(' and ')}. Otherwise the Guard would hold: ${why}`;
}

function describeUnderWay({ target, underWay, heldBackCount }: PlanReport): readonly string[] {
  const { held, queued, parked, inDoubt, holds } = underWay;
  const parts = [
    [queued, 'queued'],
    [inDoubt, 'in doubt'],
    [held, 'held by the Guard'],
    [parked, 'parked'],
    [heldBackCount, 'without a valid row'],
  ] as const;
  const there = parts.filter(([number]) => number > 0).map(([number, word]) => `${showNumber(number)} ${word}`);
  return [
    ...(there.length === 0 ? [] : [`In progress: ${there.join(', ')}; see: ${toOwnCommand('list', target)}`]),
    ...holds.map((hold) => describeHold(target, hold)),
  ];
}

function describeHold(target: string, hold: PlanReport['underWay']['holds'][number]): string {
  const { number, what, open, withdrawn } = hold;
  const answer = `accept or reject the hold with: ${toOwnCommand('accept', target)}, or: ${toOwnCommand('reject', target)}`;
  if (withdrawn === 0)
    return `Hold ${number} has ${showCount(open, what.slice(0, -1), what)}. Applying this plan releases only the actions listed here; ${answer}`;
  const rest = open - withdrawn;
  const others = rest === 0 ? '' : ` The other ${showNumber(rest)} stay on hold; after you apply the file, ${answer}`;
  return `${describeWithdrawn(hold)}${others}`;
}

const signs: Readonly<Record<PlanLine['action'], string>> = { create: '+', update: '~', deactivate: 'o', delete: '-' };

function showLine(line: PlanLine, style: Style): string {
  const paint = { create: style.good, update: style.warn, deactivate: style.bad, delete: style.bad }[line.action];
  const why = line.removal === undefined ? nameCause(line.cause) : nameLeaver(line.removal.reason, line.removal.condition);
  const head = `${paint(`${signs[line.action]} ${line.action}`)}  ${showPerson(line.person)}  ${style.dim(`(${why})`)}`;
  return [head, ...(line.action === 'update' ? line.fields.map(showField) : [])].join('\n');
}

function showField({ field, before, after }: PlanLine['fields'][number]): string {
  return `      ${field}: ${showValue(before)} -> ${showValue(after)}`;
}

function showUnlisted({ actions, lines }: PlanReport): string {
  const rest = Object.values(actions).reduce((sum, number) => sum + number, 0) - lines.length;
  return rest <= 0 ? '' : `… and ${showNumber(rest)} more; to list all, use --limit or --json.`;
}

/** The first records in full, one per row of a person. */
function showRecords({ records }: PlanReport, style: Style): string {
  if (records.length === 0) return '';
  return ['Records as they would be sent:', ...records.flatMap((record) => showRecord(record, style))].join('\n');
}

function showRecord({ person, action, rows }: PlanReport['records'][number], style: Style): readonly string[] {
  const fields = rows.flatMap((row) => Object.entries(row).map(([field, value]) => `      ${field}: ${showValue(value)}`));
  return [`  ${action}  ${showPerson(person)}`, ...fields.map(style.dim)];
}

function showHeldBack({ heldBack, heldBackCount }: PlanReport): string {
  if (heldBackCount === 0) return '';
  const lines = heldBack.map(({ person, why }) => `  ${showPerson(person)}: ${why}`);
  const rest = heldBackCount - heldBack.length;
  return [
    `${showCount(heldBackCount, 'person has', 'people have')} no valid row (in scope, but no record can be created):`,
    ...lines,
    ...(rest > 0 ? [`  … and ${showNumber(rest)} more`] : []),
  ].join('\n');
}

function showFieldNotes({ fieldNotes }: PlanReport): string {
  return fieldNotes
    .map(({ field, text, people, first }) => {
      const names = [...first.map(showPerson), ...(people > first.length ? ['…'] : [])].join(', ');
      return `${field} ${text} for ${showCount(people, 'person', 'people')}: ${names}`;
    })
    .join('\n');
}

function showEmpty({ emptyAttributes, people }: PlanReport): string {
  return emptyAttributes
    .map(({ attribute, empty }) => `${attribute} is empty for ${showNumber(empty)} of ${showCount(people, 'person', 'people')}`)
    .join('\n');
}

function showWaiting({ target, waitingPaths, otherSystem }: PlanReport, style: Style, sameSystem: boolean): string {
  const lines = waitingPaths.length === 0 ? [] : [`Edits that wait for apply: ${waitingPaths.join(', ')}`];
  if (otherSystem && !sameSystem) {
    lines.push(
      `${style.warn('The address or drop folder has changed.')} If it is still the same system: ${toOwnCommand('apply', target, '--same-system')}. ` +
        `If it is a new, empty system: ${toOwnCommand('apply', target, '--new-system')}`,
    );
  }
  return lines.join('\n');
}

/** The refusal or the missing confirmations of an apply. Printed last, so that the command to paste is the last line. */
function showAgreement({ target, refusal, ...needed }: PlanReport, style: Style): string {
  if (refusal !== undefined) return `${style.warn(`Apply is not possible: ${refusal.message}.`)} ${refusal.hint}`;
  if (needed.replaces === undefined) return '';
  return `${style.warn(`${describeReplacing(needed.replaces, needed.without)}.`)} To confirm: ${toApplyCommand(target, needed)}`;
}
