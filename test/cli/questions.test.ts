import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { runCommandLine } from './command-line.ts';
import { quietContext } from './quiet-context.ts';

/** Values for the arguments and mandatory options of commands, by name. */
const values: Readonly<Record<string, string>> = {
  target: 'front-desk',
  id: '3',
  person: 'anna@contoso.com',
  old: 'lobby',
  new: 'reception',
};
const options: Readonly<Record<string, string>> = { '--label': 'entra', '--expires': '180d' };

function* eachCommand(command: Command, before: readonly string[] = []): Iterable<readonly [readonly string[], Command]> {
  for (const one of command.commands) {
    const words = [...before, one.name()];
    if (one.commands.length === 0) yield [words, one];
    else yield* eachCommand(one, words);
  }
}

const commands = [...eachCommand(createProgram(quietContext, '0.0.0'))].filter(([[name = '']]) => name !== 'start' && name !== 'demo');

describe('a command that asks for confirmation', () => {
  it.each(commands.map(([words, command]) => [words.join(' '), words, command] as const))(
    'accepts --yes: %s',
    async (_, words, command) => {
      const needed = command.registeredArguments.filter(({ required }) => required).map((argument) => values[argument.name()] ?? '?');
      const mandatory = command.options.filter((option) => option.mandatory).flatMap(({ long = '' }) => [long, options[long] ?? '?']);
      const argv = [...words, ...needed, ...mandatory, ...(words[0] === 'token' && words[1] === 'create' ? ['--print'] : [])];
      const { err } = await runCommandLine(argv);
      const asks = err.includes('--yes');
      expect(command.options.some(({ long }) => long === '--yes')).toBe(asks);
      const said = asks ? await runCommandLine([...argv, '--yes']) : undefined;
      expect(said?.exitCode ?? 0).toBe(0);
      expect(said?.questions ?? []).toEqual([]);
    },
  );

  it('is accept, apply, forget, reject, token revoke or withdraw', () => {
    const asking = commands.filter(([, command]) => command.options.some(({ long }) => long === '--yes')).map(([words]) => words.join(' '));
    expect(asking.sort()).toEqual(['accept', 'apply', 'forget', 'reject', 'token revoke', 'withdraw']);
  });
});
