import { expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { quietContext } from '../cli/quiet-context.ts';
import { readFiles, withoutComments, type TextFile } from './source-files.ts';

const names = createProgram(quietContext, '0.0.0').commands.map((command) => command.name());

/** Commands of ours in texts that the command line cannot find, and so cannot complete for pasting: `vestibule plan x`. */
function findBareCommands({ path, text }: TextFile): readonly string[] {
  const bare = [...withoutComments(text).matchAll(/(?<![\w/.-])vestibule (?<name>[a-z]+)|npm run (?:-s )?vestibule/g)];
  return bare
    .filter(({ groups }) => groups?.['name'] === undefined || names.includes(groups['name']))
    .map(([found]) => `${path}: ${found}`);
}

it('every text of src proposes commands by toOwnCommand', () => {
  expect(readFiles('src', '.ts').flatMap(findBareCommands)).toEqual([]);
});

it('the search for proposed commands finds them, and no other words', () => {
  const found = (text: string) => findBareCommands({ path: 'x.ts', text });
  expect(found("hint: 'see: vestibule status'")).toEqual(['x.ts: vestibule status']);
  expect(found('hint: `npm run -s vestibule -- status`')).toEqual(['x.ts: npm run -s vestibule']);
  expect(found("message: 'another vestibule is using this data folder' // vestibule status")).toEqual([]);
});
