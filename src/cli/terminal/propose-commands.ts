// Wraps a terminal to complete the commands in its output with launcher, folders and quoting.
import { rewriteOwnCommands } from '../../domain/own-command.ts';
import { toCommandLine, type SiteOptions } from '../site-options.ts';
import type { Terminal } from './terminal.ts';

/** A Terminal that completes proposed commands, so that they can be pasted. */
export interface ProposingTerminal {
  readonly terminal: Terminal;
  /** Sets the folders for all following proposed commands; before the call, they are the default folders. */
  readonly useFolders: (options: SiteOptions) => void;
}

/**
 * Wraps a Terminal: in output and questions, commands of `toOwnCommand` become commands with the program as it was called and with its
 * folders.
 */
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
