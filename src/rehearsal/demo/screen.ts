// Prints the lines and the progress of the demo.
import type { DemoScreen } from './demo-interfaces.ts';

/** The output functions of a screen. */
export interface ScreenOutput {
  /** Writes one line with its line end. */
  line(text: string): void;
  /** Replaces the current line without a line end; missing without a terminal. */
  readonly redraw?: (text: string) => void;
}

const barWidth = 24;

/** Creates a screen for a terminal, with a progress bar, or for a plain stream, with a line per quarter. */
export function createScreen(output: ScreenOutput): DemoScreen {
  const { redraw } = output;
  const quarters = new Map<string, number>();
  return {
    line: (text) => {
      redraw?.('');
      output.line(text);
    },
    progress: (label, done, all) => {
      if (redraw !== undefined) return redraw(`            ${toBar(done, all)} ${label} ${done} of ${all}`);
      const quarter = Math.floor((4 * done) / all);
      if (all < worthFollowing || quarter <= (quarters.get(label) ?? 0)) return;
      quarters.set(label, quarter);
      // The last quarter is reported by the final line.
      if (quarter < 4) output.line(`            ${label}: ${done} of ${all}`);
    },
  };
}

/** Min number of items for a progress display: fewer are done before the line can be read. */
const worthFollowing = 100;

function toBar(done: number, all: number): string {
  const filled = all === 0 ? barWidth : Math.round((barWidth * done) / all);
  return `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}]`;
}
