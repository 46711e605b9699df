// The command `token list`: lists all tokens with their state.
import { Command } from 'commander';
import type { CommandContext } from '../../command-context.ts';
import { showTokens } from '../../output/tokens.ts';
import { printReport } from '../../terminal/print.ts';
import { addSiteOptions, type SiteOptions } from '../../site-options.ts';
import { withAdmin } from '../../with-admin.ts';

/** `token list`: lists all tokens with their state, but never their text, which is not stored. */
export function tokenListCommand(context: CommandContext): Command {
  return addSiteOptions(new Command('list'))
    .description('list all tokens with their state')
    .option('--json', 'for scripts: print the list as JSON')
    .action(async (options: SiteOptions & { readonly json?: boolean }) => {
      const tokens = await withAdmin(context, options, 'read', (api) => api.listTokens());
      printReport(context.terminal, tokens, options.json, (shown) => showTokens(shown, new Date()));
    });
}
