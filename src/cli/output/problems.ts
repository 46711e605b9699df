// Renders the problems of configuration files.
import type { CheckReport } from '../../admin/reports/check-report.ts';
import type { Problem } from '../../domain/errors.ts';
import { showDestination } from './destination.ts';
import { showCount } from '../../domain/wording.ts';
import type { Style } from './style.ts';

/** Problems grouped by file, in the given order, each with its line, path, message and hint, followed by their number. */
export function showProblems(problems: readonly Problem[], style: Style): string {
  if (problems.length === 0) return style.good('No problems.');
  const byFile = Map.groupBy(problems, (problem) => problem.file);
  const groups = [...byFile].map(([file, found]) =>
    [style.bold(file), ...found.flatMap((problem) => showProblem(problem, style))].join('\n'),
  );
  return [...groups, showCounts(problems)].join('\n\n');
}

/**
 * The output of `check`: the problems, the files that were read, and the process that read them, because secrets and programs depend on the
 * process.
 */
export function showCheck({ problems, read, destinations }: CheckReport, style: Style): string {
  const amount = `${showCount(read.targets, 'target', 'targets')}, ${showCount(read.connectors, 'connector', 'connectors')}`;
  const found = problems.length === 0 ? style.good(`No problems: ${amount}.`) : `${showProblems(problems, style)} (${amount})`;
  const none = read.targets === 0 ? ['No targets yet. Create targets/NAME.yaml in the configuration folder.'] : [];
  const whose =
    read.by === 'daemon'
      ? `Configuration read by the running daemon from ${read.folder}.`
      : `Configuration read by this process from ${read.folder}, using the secrets, programs and folders of this machine and user.`;
  const goes = destinations.map((one) => `${one.target}: ${showDestination(one)}`);
  return [found, ...none, ...goes, whose].join('\n');
}

function showProblem(problem: Problem, style: Style): readonly string[] {
  const paint = { problem: style.bad, warning: style.warn, note: style.dim }[problem.level];
  const place = [showPosition(problem), problem.path].filter((part) => part !== '').join(', ');
  const said = `  ${paint(problem.level)}  ${place === '' ? '' : `${place}: `}${problem.message}`;
  return problem.hint === undefined ? [said] : [said, `    -> ${problem.hint}`];
}

function showPosition({ line, column }: Problem): string {
  if (line === undefined) return '';
  return column === undefined ? `line ${line}` : `line ${line}, column ${column}`;
}

function showCounts(problems: readonly Problem[]): string {
  const of = (level: Problem['level']) => problems.filter((problem) => problem.level === level).length;
  return [
    [of('problem'), 'problem', 'problems'] as const,
    [of('warning'), 'warning', 'warnings'] as const,
    [of('note'), 'note', 'notes'] as const,
  ]
    .filter(([number]) => number > 0)
    .map(([number, one, many]) => showCount(number, one, many))
    .join(', ');
}
