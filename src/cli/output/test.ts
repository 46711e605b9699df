// Renders the report of the command `test`.
import type { TestReport } from '../../admin/reports/test-report.ts';
import type { Style } from './style.ts';
import { renderTable } from './table.ts';
import { showCount, toSentence } from '../../domain/wording.ts';

type Step = TestReport['steps'][number];

/** Label of each step. */
const stepNames: Readonly<Record<Step['step'], string>> = {
  settings: 'settings and secrets',
  connect: 'connect',
  start: 'start the program',
  folder: 'drop folder',
  signIn: 'sign in',
  service: 'service description',
  find: 'look up a made-up record',
  list: 'read one page',
  encoding: 'encoding',
  file: 'current file',
};

const resultNames: Readonly<Record<Step['result'], string>> = {
  passed: 'passed',
  failed: 'FAILED',
  notAvailable: 'not available',
  skipped: 'skipped',
};

/** A test of a Target: the tested definition, each step with its time and result, and the number of failed steps. */
export function showTest(report: TestReport, style: Style): string {
  const { target, title, driver, tested, notes, steps } = report;
  const heading = `${style.bold(target)} (${title}, driver ${driver}): tested ${tested === 'file' ? 'the file' : 'the applied definition'}`;
  const [columns = '', ...rows] = renderTable(
    [{ heading: 'STEP' }, { heading: 'RESULT' }, { heading: 'TIME', right: true }, { heading: 'FOUND' }],
    steps.map((step) => [stepNames[step.step], showResult(step, style), step.ms === 0 ? '' : `${step.ms} ms`, toSentence(step.message)]),
  );
  const lines = steps.flatMap((step, index) => [rows[index] ?? '', ...showMore(step)]);
  return [heading, ...notes, '', columns, ...lines, '', showEnd(report, style)].join('\n');
}

function showResult({ result }: Step, style: Style): string {
  const paint = { passed: style.good, failed: style.bad, notAvailable: style.warn, skipped: style.dim }[result];
  return paint(resultNames[result]);
}

function showMore({ asked = [], hint, output = [] }: Step): readonly string[] {
  return [
    ...asked.map((request) => `    ${request}`),
    ...(hint === undefined ? [] : [`    -> ${hint}`]),
    ...output.map((line) => `    | ${line}`),
  ];
}

function showEnd({ steps }: TestReport, style: Style): string {
  const of = (result: Step['result']) => steps.filter((step) => step.result === result).length;
  const failed = of('failed');
  const skipped = of('skipped');
  const unavailable = of('notAvailable');
  const rest = [...(skipped > 0 ? [`${skipped} skipped`] : []), ...(unavailable > 0 ? [`${unavailable} not available`] : [])];
  const tail = rest.length === 0 ? '' : `, ${rest.join(', ')}`;
  if (failed > 0) return style.bad(`${showCount(failed, 'step', 'steps')} failed${tail}.`);
  return style.good(`${showCount(of('passed'), 'step', 'steps')} passed${tail}. Nothing was changed.`);
}
