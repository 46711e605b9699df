import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { SiteFolders } from '../app.ts';
import { toShellWord } from '../domain/shell-word.ts';
import type { Terminal } from './terminal.ts';

/** The options that every command takes. */
export interface SiteOptions {
  readonly config: string;
  readonly data: string;
}

const defaults: SiteOptions = { config: './config', data: './data' };

/** Adds `--config` and `--data` to a command; returns the same command. */
export function addSiteOptions(command: Command): Command {
  return command
    .addOption(new Option('--config <dir>', "the site's files").env('VESTIBULE_CONFIG').default(defaults.config))
    .addOption(new Option('--data <dir>', 'the store and its socket').env('VESTIBULE_DATA').default(defaults.data));
}

/** The folders as absolute paths. */
export function toFolders({ config, data }: SiteOptions): SiteFolders {
  return { configDir: resolve(config), dataDir: resolve(data) };
}

/** The options as words of a command line that we propose; empty when they are the defaults. */
function toArguments({ config, data }: SiteOptions): string {
  const given = [config === defaults.config ? [] : ['--config', config], data === defaults.data ? [] : ['--data', data]].flat();
  return given.map(toShellWord).join(' ');
}

/** A command line that we propose: `words` for these very folders. */
export function toCommand(terminal: Pick<Terminal, 'env'>, words: string, options: SiteOptions): string {
  return [invocation(terminal), words, toArguments(options)].filter((word) => word !== '').join(' ');
}

/** How this very program was called, for command lines that we propose: from a checkout through npm, or installed. */
function invocation({ env }: Pick<Terminal, 'env'>): string {
  return env['npm_lifecycle_event'] === undefined ? 'vestibule' : 'npm run -s vestibule --';
}
