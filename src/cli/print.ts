import { toPlainJson, withoutControls } from './output/words.ts';
import type { Terminal } from './terminal.ts';

/** Prints a report: as JSON for a script, or as text. Texts of people and Targets reach the terminal without control characters. */
export function printReport<T>(terminal: Terminal, report: T, json: boolean | undefined, show: (report: T) => string): void {
  terminal.out(json === true ? toPlainJson(report) : show(withoutControls(report)));
}
