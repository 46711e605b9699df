import { expect, test } from 'vitest';
import { createScreen } from '../../../src/rehearsal/demo/screen.ts';

test('a stream gets one line at each quarter except the last', () => {
  const lines: string[] = [];
  const screen = createScreen({ line: (text) => lines.push(text.trim()) });
  for (let done = 1; done <= 200; done += 1) screen.progress('people', done, 200);
  screen.progress('people', 60, 200);
  screen.progress('groups', 6, 12);
  expect(lines).toEqual(['people: 50 of 200', 'people: 100 of 200', 'people: 150 of 200']);
});

test('a terminal gets a progress bar, which is erased before each line', () => {
  const written: string[] = [];
  const screen = createScreen({ line: (text) => written.push(`${text}\n`), redraw: (text) => written.push(`<${text.trim()}>`) });
  screen.progress('people', 1, 4);
  screen.progress('people', 4, 4);
  screen.line('done');
  expect(written).toEqual(['<[######..................] people 1 of 4>', '<[########################] people 4 of 4>', '<>', 'done\n']);
});
