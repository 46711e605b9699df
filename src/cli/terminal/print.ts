// Prints a report as text or JSON.
import { mapTexts, toPlainJson, withoutControls } from '../output/format.ts';
import type { Terminal } from './terminal.ts';

/**
 * Prints a report as JSON for a script, or as text. Control characters from people and Targets are removed from text and escaped in JSON.
 */
export function printReport<T>(terminal: Terminal, report: T, json: boolean | undefined, show: (report: T) => string): void {
  if (json === true) terminal.data(toPlainJson(mapTexts(report, terminal.propose)));
  else terminal.out(show(withoutControls(report)));
}
