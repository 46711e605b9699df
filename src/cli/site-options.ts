// The options `--config` and `--data` of every command.
import { join, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { SiteFolders } from '../app.ts';
import { toShellWord } from '../domain/shell-word.ts';
import type { Invocation } from './invocation.ts';
import type { Terminal } from './terminal/terminal.ts';

/** The options of every command; missing options mean the default folders. */
export interface SiteOptions {
  readonly config?: string;
  readonly data?: string;
}

const variables: Readonly<Record<keyof SiteOptions, string>> = { config: 'VESTIBULE_CONFIG', data: 'VESTIBULE_DATA' };

/** Adds `--config` and `--data` to a command; returns the same command. */
export function addSiteOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--config <dir>', "folder of the site's files (default: the folder config next to the program)").env(variables.config),
    )
    .addOption(
      new Option('--data <dir>', "folder for the store and the daemon's socket (default: the folder data next to the program)").env(
        variables.data,
      ),
    );
}

/** The folders as absolute paths: given paths are relative to the working folder, default folders are in `home`. */
export function toFolders({ config, data }: SiteOptions, { home }: Pick<Invocation, 'home'>): SiteFolders {
  return {
    configDir: config === undefined ? join(home, 'config') : resolve(config),
    dataDir: data === undefined ? join(home, 'data') : resolve(data),
  };
}

/** A command line that can be pasted: `words` with options for these folders, quoted for the current shell. */
export function toCommandLine(
  { invocation, env }: Pick<Terminal, 'invocation' | 'env'>,
  words: readonly string[],
  options: SiteOptions,
): string {
  const folders = (['config', 'data'] as const).flatMap((name) => {
    const given = options[name];
    const known = given === undefined || (invocation.ownEnvironment && env[variables[name]] === given);
    return known ? [] : [`--${name}`, given];
  });
  return [invocation.program, ...[...words, ...folders].map((word) => toShellWord(word, invocation.shell))].join(' ');
}
