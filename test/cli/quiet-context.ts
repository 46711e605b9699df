import type { CommandContext } from '../../src/cli/command-context.ts';
import { createStyle } from '../../src/cli/output/style.ts';

/** A context for tests that inspect the commands and run none of them. */
export const quietContext: CommandContext = {
  terminal: {
    out: () => undefined,
    err: () => undefined,
    data: () => undefined,
    propose: (text) => text,
    style: createStyle(false),
    watched: false,
    watchedErrors: false,
    env: {},
    platform: 'linux',
    invocation: { program: './vestibule', shell: 'posix', home: '', typedIn: '/', wrapper: '', ownEnvironment: false },
    user: '',
  },
  loadApp: () => Promise.reject(new Error('nothing is run here')),
  waitForStopSignal: () => Promise.resolve(),
};
