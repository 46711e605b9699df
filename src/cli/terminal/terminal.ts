// The terminal as commands see it: standard output, standard error, questions, environment.
import { createInterface } from 'node:readline/promises';
import type { Invocation } from '../invocation.ts';
import { createStyle, type Style } from '../output/style.ts';

/** The terminal of a command. Tests pass one that collects the output. */
export interface Terminal {
  /** Writes one or more lines to standard output; adds the final line end. */
  out(text: string): void;
  /** Writes one or more lines to standard error; adds the final line end. */
  err(text: string): void;
  /** Writes data (JSON, CSV, a token) to standard output; adds only the final line end. */
  data(text: string): void;
  /** Completes the proposed commands in a text, so that they can be pasted; `out`, `err` and `ask` do this automatically. */
  readonly propose: (text: string) => string;
  /** Colours for standard output; without colours if it is not a terminal or `NO_COLOR` is set. */
  readonly style: Style;
  /** True if standard output is a terminal. */
  readonly watched: boolean;
  /** True if standard error is a terminal. */
  readonly watchedErrors: boolean;
  /** Asks a yes-or-no question; `undefined` without a terminal. */
  readonly ask?: (question: string) => Promise<boolean>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly invocation: Invocation;
  /** Login name of the user who runs the command. */
  readonly user: string;
}

/** The terminal of this process. Does not complete proposed commands; `proposeCommands` wraps it for that. */
export function processTerminal(user: string, invocation: Invocation): Terminal {
  const { stdin, stdout, stderr, env, platform } = process;
  // A reader that closes the pipe early (`| head`) is not an error.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    out: (text) => void stdout.write(`${text}\n`),
    err: (text) => void stderr.write(`${text}\n`),
    data: (text) => void stdout.write(`${text}\n`),
    propose: (text) => text,
    style: createStyle(stdout.isTTY && wantsColour(env)),
    watched: stdout.isTTY,
    watchedErrors: stderr.isTTY,
    ...(stdin.isTTY && stderr.isTTY && { ask }),
    env,
    platform,
    invocation,
    user,
  };
}

/** https://no-color.org: a non-empty value disables colours. */
function wantsColour(env: NodeJS.ProcessEnv): boolean {
  return (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}

/** Asks on standard error, so that standard output contains only the result. Every answer except yes counts as no. */
async function ask(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // The end of input (Ctrl-D) counts as no.
  const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  try {
    const answer = await Promise.race([lines.question(`${question} [y/N] `), closed]);
    return /^(y|yes)$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
