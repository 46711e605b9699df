// Wraps a terminal so that the commands in its output include launcher, folders and quoting.
import { rewriteOwnCommands } from '../../domain/own-command.ts';
import { toCommandLine, type SiteOptions } from '../site-options.ts';
import type { Terminal } from './terminal.ts';

/** A Terminal on which every command that a text proposes can be pasted. */
export interface ProposingTerminal {
  readonly terminal: Terminal;
  /** Names the folders that commands are proposed for from now on; the default ones before. */
  readonly useFolders: (options: SiteOptions) => void;
}

/** Wraps a Terminal: texts that are written or asked name this program as it was called, with its folders (`toOwnCommand`). */
export function proposeCommands(terminal: Terminal): ProposingTerminal {
  let folders: SiteOptions = {};
  const propose = (text: string) => rewriteOwnCommands(text, (words) => `\`${toCommandLine(terminal, words, folders)}\``);
  const { ask } = terminal;
  return {
    terminal: {
      ...terminal,
      propose,
      out: (text) => terminal.out(propose(text)),
      err: (text) => terminal.err(propose(text)),
      ...(ask !== undefined && { ask: (question: string) => ask(propose(question)) }),
    },
    useFolders: (options) => void (folders = options),
  };
}
