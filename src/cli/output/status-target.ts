// Renders the problems of one Target for `status`.
import type { StatusReport, TargetReport } from '../../admin/reports/status-report.ts';
import { toOwnCommand } from '../../domain/own-command.ts';
import { leaverReasons } from '../../domain/target.ts';
import { showAge, showCount, showNumber, showTime } from '../../domain/wording.ts';
import { describeClocks, describeRunning, nameFirstLeavers, nameSome } from './clocks.ts';
import { describeWithdrawn } from './holds.ts';
import { showPerson } from './person.ts';
import type { Style } from './style.ts';

/** The time of the report, and whether a daemon is running: without a daemon, nothing is retried. */
export type Moment = Pick<StatusReport, 'now' | 'running'>;

/** A line of `status`, with lines below it for the affected people and the commands. */
interface Point {
  readonly line: string;
  readonly below: readonly string[];
}

/** The problems of a Target, each with the command that resolves it, then further information; empty if there are none. */
export function showTargetDetails(target: TargetReport, { now, running }: Moment, style: Style): string {
  const points = [
    ...describeState(target, now),
    // For an orphaned Target, nothing is sent, and no command for its people has an effect.
    ...(target.state === 'orphaned' ? [] : describeWork(target, { now, running })),
    ...target.notes.map(toPoint),
  ];
  const facts = target.state === 'orphaned' ? [] : [...describeLeaversDone(target).map(toPoint), ...describeLeaving(target)];
  if (points.length + facts.length === 0) return '';
  return [
    style.bold(target.name),
    ...points.flatMap((point) => showPoint(point, '  - ')),
    ...facts.flatMap((fact) => showPoint(fact, '    ').map(style.dim)),
  ].join('\n');
}

function toPoint(line: string): Point {
  return { line, below: [] };
}

function showPoint({ line, below }: Point, start: string): readonly string[] {
  return [`${start}${line}`, ...below.map((more) => `      ${more}`)];
}

/** Holds come first, because they wait for an operator. They are sorted by number, as in `accept`. */
function describeWork(target: TargetReport, moment: Moment): readonly Point[] {
  return [
    ...describeTrouble(target, moment).map(toPoint),
    ...describeHolds(target, moment.now),
    ...describeParked(target),
    ...describeNoRows(target),
    ...describeWaiting(target),
  ];
}

function describeState(target: TargetReport, now: Date): readonly Point[] {
  const { name, state, by, at, why, applied } = target;
  const reason = why === '' ? '' : `: ${why}`;
  switch (state) {
    case 'live':
      return [];
    case 'draft':
      return [describeDraft(target, reason)];
    case 'paused':
      return [{ line: `paused by ${by} ${showAge(at, now)}${reason}`, below: [`resume: ${toOwnCommand('resume', name)}`] }];
    case 'refused':
      return [toPoint(`has been rejecting the credentials since ${showTime(at)}${reason}; Vestibule retries every 15 minutes`)];
    case 'orphaned':
      return [
        {
          line: applied
            ? `its file has been missing since ${showTime(at)}: nothing is sent and no one is removed. Restore the file`
            : `never applied, and its file has been missing since ${showTime(at)}. Restore the file`,
          below: [
            ...(applied ? [`to rename the target: ${toOwnCommand('rename', name, 'NEW')}`] : []),
            `to remove the target: ${toOwnCommand('forget', name)}`,
          ],
        },
      ];
  }
}

function describeDraft({ name, liveWhenQuiet, refusal }: TargetReport, reason: string): Point {
  if (refusal !== undefined) return { line: `apply is not possible: ${refusal.message}`, below: [refusal.hint] };
  if (liveWhenQuiet) return toPoint(`goes live automatically after the first cycle${reason}`);
  return { line: `nothing is sent yet${reason}`, below: toPlanAndApply(name) };
}

function describeTrouble({ state, trouble, downUntil, deliveries }: TargetReport, { now, running }: Moment): readonly string[] {
  const said = trouble === '' ? '' : `: ${trouble}`;
  if (running && downUntil !== undefined && downUntil.getTime() > now.getTime())
    return [`down, next attempt ${showAge(downUntil, now)}${said}`];
  if (trouble === '') return [];
  const waits = deliveries.queued + deliveries.sending + deliveries.unclear > 0;
  return [`${running && state === 'live' && waits ? 'retrying now; last failure' : 'last failure'}${said}`];
}

function describeParked({ name, deliveries: { parked }, first, takesFiles }: TargetReport): readonly Point[] {
  if (parked === 0) return [];
  // `retry` has no effect for a full file: these people wait for a correction in the directory.
  const retry = takesFiles ? [] : [`retry: ${toOwnCommand('retry', name)}`];
  const list = `see: ${toOwnCommand('list', name, '--parked')}`;
  return [{ line: showCount(parked, 'parked person', 'parked people'), below: [...nameFirst(first.parked, parked), list, ...retry] }];
}

function describeNoRows({ name, noRows, first }: TargetReport): readonly Point[] {
  if (noRows === 0) return [];
  const line = `${showCount(noRows, 'person', 'people')} in scope without a valid row`;
  return [{ line, below: [...nameFirst(first.noRow, noRows), `see: ${toOwnCommand('list', name, '--no-row')}`] }];
}

/** One line per person, with the reason. */
function nameFirst(first: TargetReport['first']['parked'], all: number): readonly string[] {
  const names = first.map(({ person, reason }) => `${showPerson(person)}: ${reason}`);
  return [...names, ...(all > first.length ? [`… and ${showNumber(all - first.length)} more`] : [])];
}

function describeHolds({ name, holds, waiting }: TargetReport, now: Date): readonly Point[] {
  return holds
    .filter((hold) => hold.open > 0)
    .map((hold) => {
      const withdrawn = waiting?.withdrawn?.find((one) => one.hold === hold.number)?.actions ?? 0;
      const number = String(hold.number);
      const answer =
        withdrawn > 0
          ? [describeWithdrawn({ ...hold, withdrawn }), `see: ${toOwnCommand('plan', name)}`]
          : [`release: ${toOwnCommand('accept', name, number)}`, `reject: ${toOwnCommand('reject', name, number)}`];
      return {
        line: `hold ${number} (${showAge(hold.at, now)}): ${hold.why}`,
        below: [nameSome({ first: hold.first, people: hold.open }), ...answer],
      };
    });
}

function describeLeaving({ name, leaverDelays }: TargetReport): readonly Point[] {
  return leaverDelays.map((group) => {
    const { line, next } = describeRunning(group);
    return { line, below: [next, `see: ${toOwnCommand('list', name, '--leaving')}`] };
  });
}

/** Information that requires no action. */
function describeLeaversDone({ leaversDone }: TargetReport): readonly string[] {
  return leaverReasons.flatMap((reason) => {
    const done = leaversDone[reason] ?? 0;
    return done === 0 ? [] : [`${showCount(done, 'deactivated person', 'deactivated people')}: no further step in leavers.${reason}`];
  });
}

function describeWaiting({ name, state, waiting }: TargetReport): readonly Point[] {
  if (waiting === undefined || state === 'draft') return [];
  return [
    {
      line: `configuration changed but not applied: ${waiting.paths.join(', ')}`,
      below: [...describeEdit(waiting), ...toPlanAndApply(name)],
    },
  ];
}

function toPlanAndApply(name: string): readonly string[] {
  return [`see: ${toOwnCommand('plan', name)}`, `then: ${toOwnCommand('apply', name)}`];
}

/** The effect of applying the edit; empty if unknown. */
function describeEdit({ differ, clocks }: NonNullable<TargetReport['waiting']>): readonly string[] {
  if (differ === undefined) return [];
  const names = clocks === undefined ? '' : nameFirstLeavers(clocks);
  const effects = [showCount(differ, 'action', 'actions'), ...(clocks === undefined ? [] : describeClocks(clocks))];
  return [
    ...effects.map((effect, index) => (index === 0 ? `effect of the edit: ${effect}` : effect)),
    ...(names === '' ? [] : [`first people: ${names}`]),
  ];
}
