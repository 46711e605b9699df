import { expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { quietContext } from '../cli/quiet-context.ts';
import { readFiles, withoutComments, type TextFile } from './source-files.ts';

const names = createProgram(quietContext, '0.0.0').commands.map((command) => command.name());

/** Hard-coded commands such as `vestibule plan x`, which the command line cannot complete with folders and quoting. */
function findBareCommands({ path, text }: TextFile): readonly string[] {
  const bare = [...withoutComments(text).matchAll(/(?<![\w/.-])vestibule (?<name>[a-z]+)|npm run (?:-s )?vestibule/g)];
  return bare
    .filter(({ groups }) => groups?.['name'] === undefined || names.includes(groups['name']))
    .map(([found]) => `${path}: ${found}`);
}

it('proposed commands in src are always built with toOwnCommand', () => {
  expect(readFiles('src', '.ts').flatMap(findBareCommands)).toEqual([]);
});

it('the checker finds hard-coded commands and ignores other text', () => {
  const found = (text: string) => findBareCommands({ path: 'x.ts', text });
  expect(found("hint: 'see: vestibule status'")).toEqual(['x.ts: vestibule status']);
  expect(found('hint: `npm run -s vestibule -- status`')).toEqual(['x.ts: npm run -s vestibule']);
  expect(found("message: 'another vestibule is using this data folder' // vestibule status")).toEqual([]);
});
