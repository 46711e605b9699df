// Renders the report of `status`.
import type { PersonLabel } from '../../admin/reports/person-label.ts';
import type { SourceReport, StatusReport, TargetReport } from '../../admin/reports/status-report.ts';
import { toOwnCommand } from '../../domain/own-command.ts';
import type { Token } from '../../domain/source.ts';
import { leaverReasons, type TargetState } from '../../domain/target.ts';
import { describeWithdrawn } from './holds.ts';
import { describeClocks, describeRunning, nameFirstLeavers } from './clocks.ts';
import { showPerson } from './person.ts';
import { showProblems } from './problems.ts';
import type { Style } from './style.ts';
import { renderTable } from './table.ts';
import { showAge, showCount, showNumber, showTime } from '../../domain/wording.ts';

/** Renders `status`: the daemon, the Sources, one line per Target, then what needs attention. */
export function showStatus(report: StatusReport, style: Style): string {
  const blocks = [
    showHead(report, style),
    showNotes(report, style),
    showSources(report, style),
    showTargets(report, style),
    ...report.targets.map((target) => showTargetDetails(target, report, style)),
    report.problems.length === 0 ? '' : showProblems(report.problems, style),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function showHead(report: StatusReport, style: Style): string {
  const running = report.running
    ? style.good('running')
    : style.warn(`not running (this command read the store); nothing is sent. To start it: ${toOwnCommand('start')}`);
  const lines = [`${style.bold(`Vestibule ${report.version}`)}, ${running}`, `Tenant URL  ${report.tenantUrl}`];
  if (report.readOnly !== undefined) lines.push(style.bad(`READ-ONLY: ${report.readOnly}`));
  return lines.join('\n');
}

function showNotes({ expiring, notes, now }: StatusReport, style: Style): string {
  const lines = [...expiring.map((token) => describeExpiry(token, now)), ...notes];
  return lines.map((line) => style.warn(`- ${line}`)).join('\n');
}

function describeExpiry({ id, label, source, use, expiresAt, lastUsedAt }: Token, now: Date): string {
  const over = expiresAt !== undefined && expiresAt.getTime() <= now.getTime();
  const exchange = toOwnCommand('token', 'create', '--label', 'TEXT', '--source', source, ...(use === 'client' ? ['--oauth'] : []));
  return (
    `token ${id} (${label}) of source ${source} ${over ? 'expired' : 'expires'} ${showAge(expiresAt, now)}, last used ${showAge(lastUsedAt, now)}; ` +
    `replace it (${exchange}), or: ${toOwnCommand('token', 'extend', String(id), '--expires', '180d')}`
  );
}

const cycles: Readonly<Record<SourceReport['cycle'], string>> = {
  notBegun: 'not started',
  running: 'first cycle running',
  over: 'first cycle finished',
};

function showSources({ sources, now }: StatusReport, style: Style): string {
  if (sources.length === 0) return style.warn('No identity provider has connected yet.');
  const columns = [
    { heading: 'SOURCE' },
    { heading: 'CYCLE' },
    { heading: 'PEOPLE', right: true },
    { heading: 'GROUPS', right: true },
    { heading: 'LAST WRITE' },
    { heading: 'LAST CONTACT' },
  ];
  const rows = sources.map((source) => [
    source.id,
    cycles[source.cycle],
    showNumber(source.people),
    showNumber(source.groups),
    showAge(source.lastWrite, now),
    showAge(source.lastHeard, now),
  ]);
  return renderTable(columns, rows).join('\n');
}

function showTargets({ targets, now }: StatusReport, style: Style): string {
  if (targets.length === 0) return 'No targets yet. Create config/targets/NAME.yaml.';
  const columns = [
    { heading: 'TARGET' },
    { heading: 'STATE' },
    ...['AT TARGET', 'DEACTIVATED', 'LEAVING', 'QUEUED', 'IN DOUBT', 'HELD', 'PARKED', 'NO ROW', 'UNPLANNED'].map((heading) => ({
      heading,
      right: true,
    })),
    { heading: 'LAST SUCCESS' },
  ];
  return renderTable(
    columns,
    targets.map((target) => toTargetRow(target, now, style)),
  ).join('\n');
}

function toTargetRow(target: TargetReport, now: Date, style: Style): readonly string[] {
  const { deliveries } = target;
  const some = (number: number, paint: (text: string) => string = (text) => text) => (number === 0 ? '' : paint(showNumber(number)));
  return [
    target.name,
    paintState(target.state, style),
    showNumber(target.active),
    some(target.deactivated),
    some(target.leaving),
    some(deliveries.queued + deliveries.sending + deliveries.accepted),
    some(deliveries.unclear, style.warn),
    some(deliveries.held, style.warn),
    some(deliveries.parked, style.bad),
    some(target.noRows, style.bad),
    some(target.behind),
    showAge(target.succeededAt, now),
  ];
}

function paintState(state: TargetState, style: Style): string {
  switch (state) {
    case 'live':
      return style.good(state);
    case 'draft':
    case 'paused':
      return style.warn(state);
    case 'refused':
    case 'orphaned':
      return style.bad(state);
  }
}

/** The time of the question, and whether a daemon runs: without one, nothing is retried. */
type Moment = Pick<StatusReport, 'now' | 'running'>;

/** The problems of a Target, each with the command that resolves it, then further information; empty if there are none. */
function showTargetDetails(target: TargetReport, { now, running }: Moment, style: Style): string {
  const lines = [
    ...describeState(target, now),
    // Nothing is tried there, and no word on its people has an effect.
    ...(target.state === 'orphaned' ? [] : describeWork(target, { now, running })),
    ...target.notes,
  ];
  const facts = target.state === 'orphaned' ? [] : [...describeLeaversDone(target), ...describeLeaving(target)];
  if (lines.length + facts.length === 0) return '';
  return [style.bold(target.name), ...lines.map((line) => `  - ${line}`), ...facts.map((fact) => style.dim(`    ${fact}`))].join('\n');
}

function describeWork(target: TargetReport, moment: Moment): readonly string[] {
  return [
    ...describeTrouble(target, moment),
    ...describeParked(target),
    ...describeNoRows(target),
    ...describeHolds(target, moment.now),
    ...describeWaiting(target),
  ];
}

function describeState({ name, state, by, at, why, applied, liveWhenQuiet, refusal }: TargetReport, now: Date): readonly string[] {
  const reason = why === '' ? '' : `: ${why}`;
  switch (state) {
    case 'live':
      return [];
    case 'draft':
      if (refusal !== undefined) return [`apply is not possible: ${refusal.message}. ${refusal.hint}`];
      return [
        liveWhenQuiet
          ? `goes live automatically after the first cycle${reason}`
          : `previews only${reason}; see: ${toOwnCommand('plan', name)}, then: ${toOwnCommand('apply', name)}`,
      ];
    case 'paused':
      return [`paused by ${by} ${showAge(at, now)}${reason}; resume: ${toOwnCommand('resume', name)}`];
    case 'refused':
      return [`has been rejecting the credentials since ${showTime(at)}${reason}; Vestibule retries every 15 minutes`];
    case 'orphaned':
      if (!applied) {
        return [
          `never applied, and its file has been missing since ${showTime(at)}. Restore the file, or remove the target: ${toOwnCommand('forget', name)}`,
        ];
      }
      return [
        `its file has been missing since ${showTime(at)}: nothing is sent and no one is removed. Restore the file; to rename the target: ` +
          `${toOwnCommand('rename', name, 'NEW')}; to remove the target: ${toOwnCommand('forget', name)}`,
      ];
  }
}

function describeTrouble({ state, trouble, downUntil, deliveries }: TargetReport, { now, running }: Moment): readonly string[] {
  const said = trouble === '' ? '' : `: ${trouble}`;
  if (running && downUntil !== undefined && downUntil.getTime() > now.getTime())
    return [`down, next attempt ${showAge(downUntil, now)}${said}`];
  if (trouble === '') return [];
  const waits = deliveries.queued + deliveries.sending + deliveries.unclear > 0;
  return [`${running && state === 'live' && waits ? 'retrying now; last failure' : 'last failure'}${said}`];
}

function describeParked({ name, deliveries: { parked }, first, takesFiles }: TargetReport): readonly string[] {
  if (parked === 0) return [];
  // In a file nothing can be corrected at the product: the people wait for a correction in the directory.
  const retry = takesFiles ? '' : `, retry: ${toOwnCommand('retry', name)}`;
  return [
    `${showCount(parked, 'parked person', 'parked people')}: ${nameFirst(first.parked, parked)}; ` +
      `see: ${toOwnCommand('list', name, '--parked')}${retry}`,
  ];
}

function describeNoRows({ name, noRows, first }: TargetReport): readonly string[] {
  if (noRows === 0) return [];
  return [
    `${showCount(noRows, 'person', 'people')} in scope without a valid row: ${nameFirst(first.noRow, noRows)}; see: ${toOwnCommand('list', name, '--no-row')}`,
  ];
}

function nameFirst(first: TargetReport['first']['parked'], all: number): string {
  const names = first.map(({ person, reason }) => `${showPerson(person)}: ${reason.replace(/\.$/, '')}`);
  return [...names, ...(all > first.length ? [`${showNumber(all - first.length)} more`] : [])].join('; ');
}

function describeHolds({ name, holds, waiting }: TargetReport, now: Date): readonly string[] {
  return holds
    .filter((hold) => hold.open > 0)
    .map((hold) => {
      const withdrawn = waiting?.withdrawn?.find((one) => one.hold === hold.number)?.actions ?? 0;
      const head = `hold ${hold.number} (${showAge(hold.at, now)}): ${hold.why}: ${nameSome(hold.first, hold.open)}`;
      if (withdrawn > 0) return `${head}. ${describeWithdrawn({ ...hold, withdrawn })} See: ${toOwnCommand('plan', name)}`;
      const number = String(hold.number);
      return `${head}; release: ${toOwnCommand('accept', name, number)}, reject: ${toOwnCommand('reject', name, number)}`;
    });
}

function nameSome(first: readonly PersonLabel[], all: number): string {
  const rest = all > first.length ? ` and ${showNumber(all - first.length)} more` : '';
  return `${first.map(showPerson).join(', ')}${rest}`;
}

function describeLeaving({ name, leaverDelays }: TargetReport): readonly string[] {
  return describeRunning(leaverDelays).map((line) => `${line}; see: ${toOwnCommand('list', name, '--leaving')}`);
}

/** Information: nothing is to be done about it. */
function describeLeaversDone({ leaversDone }: TargetReport): readonly string[] {
  return leaverReasons.flatMap((reason) => {
    const done = leaversDone[reason] ?? 0;
    return done === 0 ? [] : [`${showCount(done, 'deactivated person', 'deactivated people')}: no further step in leavers.${reason}`];
  });
}

function describeWaiting({ name, state, waiting }: TargetReport): readonly string[] {
  if (waiting === undefined || state === 'draft') return [];
  return [
    `config changed (${waiting.paths.join(', ')})${describeEdit(waiting)}; see: ${toOwnCommand('plan', name)}, then: ${toOwnCommand('apply', name)}`,
  ];
}

/** The effect of applying the edit, as the end of a sentence; empty if unknown. */
function describeEdit({ differ, clocks }: NonNullable<TargetReport['waiting']>): string {
  if (differ === undefined) return '';
  const names = clocks === undefined ? '' : nameFirstLeavers(clocks);
  const parts = [
    showCount(differ, 'action', 'actions'),
    ...(clocks === undefined ? [] : describeClocks(clocks)),
    ...(names === '' ? [] : [`first people: ${names}`]),
  ];
  return `, not applied. Effect of the edit: ${parts.join('; ')}`;
}
