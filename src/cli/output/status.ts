// Renders the report of `status`.
import type { SourceReport, StatusReport, TargetReport } from '../../admin/reports/status-report.ts';
import { toOwnCommand } from '../../domain/own-command.ts';
import type { Token } from '../../domain/source.ts';
import type { TargetState } from '../../domain/target.ts';
import { showProblems } from './problems.ts';
import type { Style } from './style.ts';
import { showTargetDetails } from './status-target.ts';
import { renderTable } from './table.ts';
import { showAge, showNumber, showTime } from '../../domain/wording.ts';

/** Renders `status`: the daemon, the Sources, one line per Target, then the problems. */
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
  const running = report.running ? style.good('running') : style.warn('not running (this command read the store); nothing is sent');
  const lines = [
    `${style.bold(`Vestibule ${report.version}`)}, ${running}`,
    ...(report.running ? [] : [`To start it: ${toOwnCommand('start')}`]),
    `Tenant URL  ${report.tenantUrl}`,
  ];
  if (report.readOnly !== undefined) lines.push(style.bad(`READ-ONLY: ${report.readOnly}`));
  return lines.join('\n');
}

function showNotes({ expiring, notes, now }: StatusReport, style: Style): string {
  const lines = [...expiring.flatMap((token) => describeExpiry(token, now)), ...notes.map((note) => `- ${note}`)];
  return lines.map(style.warn).join('\n');
}

function describeExpiry({ id, label, source, use, expiresAt, lastUsedAt }: Token, now: Date): readonly string[] {
  const over = expiresAt !== undefined && expiresAt.getTime() <= now.getTime();
  const replace = toOwnCommand('token', 'create', '--label', 'TEXT', '--source', source, ...(use === 'client' ? ['--oauth'] : []));
  return [
    `- token ${id} (${label}) of source ${source} ${over ? 'expired' : 'expires'} ${showAge(expiresAt, now)}, last used ${showAge(lastUsedAt, now)}`,
    `    replace: ${replace}`,
    `    or extend: ${toOwnCommand('token', 'extend', String(id), '--expires', '180d')}`,
  ];
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
  return [...renderTable(columns, rows), ...sources.flatMap(describeCycleEnd)].join('\n');
}

function describeCycleEnd({ id, cycleEndsAt }: SourceReport): readonly string[] {
  if (cycleEndsAt === undefined) return [];
  return [`The first cycle of ${id} ends at ${showTime(cycleEndsAt)} if the directory sends no further change.`];
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
