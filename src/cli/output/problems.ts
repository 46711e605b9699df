import type { Problem } from '../../domain/errors.ts';
import { count } from './words.ts';
import type { Style } from './style.ts';

/** Problems grouped by file, in the order given, each with its line, path, message and hint; then how many there are. */
export function showProblems(problems: readonly Problem[], style: Style): string {
  if (problems.length === 0) return style.good('No problems.');
  const byFile = Map.groupBy(problems, (problem) => problem.file);
  const groups = [...byFile].map(([file, found]) =>
    [style.bold(file), ...found.flatMap((problem) => showProblem(problem, style))].join('\n'),
  );
  return [...groups, showCounts(problems)].join('\n\n');
}

function showProblem(problem: Problem, style: Style): readonly string[] {
  const paint = { problem: style.bad, warning: style.warn, note: style.dim }[problem.level];
  const place = [problem.line === undefined ? '' : `line ${problem.line}`, problem.path].filter((part) => part !== '').join(', ');
  const said = `  ${paint(problem.level)}  ${place === '' ? '' : `${place}: `}${problem.message}`;
  return problem.hint === undefined ? [said] : [said, `    -> ${problem.hint}`];
}

function showCounts(problems: readonly Problem[]): string {
  const of = (level: Problem['level']) => problems.filter((problem) => problem.level === level).length;
  return [
    [of('problem'), 'problem', 'problems'] as const,
    [of('warning'), 'warning', 'warnings'] as const,
    [of('note'), 'note', 'notes'] as const,
  ]
    .filter(([number]) => number > 0)
    .map(([number, one, many]) => count(number, one, many))
    .join(', ');
}
