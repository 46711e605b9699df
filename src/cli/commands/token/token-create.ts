// The command `token create`: creates a token and shows it once.
import { Command } from 'commander';
import type { AdminApi } from '../../../admin/api.ts';
import type { NewToken } from '../../../admin/reports/token-report.ts';
import { CommandRefused } from '../../../domain/errors.ts';
import type { CommandContext } from '../../command-context.ts';
import { readDuration, readLabel } from '../../option-values.ts';
import { showTime } from '../../../domain/wording.ts';
import { addSiteOptions, type SiteOptions } from '../../site-options.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { withAdmin } from '../../with-admin.ts';

interface Options extends SiteOptions {
  readonly label: string;
  readonly source?: string;
  readonly oauth?: boolean;
  readonly expires?: number;
  readonly print?: boolean;
  readonly json?: boolean;
}

/** `token create`: creates a token and shows it once. */
export function tokenCreateCommand(context: CommandContext): Command {
  return addSiteOptions(new Command('create'))
    .description('create a token; it is shown once, and only its hash is stored')
    .requiredOption('--label <text>', 'purpose, e.g. "entra production"', readLabel)
    .option('--source <name>', 'source that the token belongs to; required if there are several sources')
    .option('--oauth', 'create a client secret for the token endpoint instead of a secret token')
    .option('--expires <duration>', 'lifetime, e.g. 180d (default: never expires)', readDuration)
    .option('--print', 'print only the token on standard output')
    .option('--json', 'for scripts: print the token and its details as JSON')
    .action(async (options: Options) => {
      const { terminal } = context;
      assertSeen(terminal, options);
      const create = (api: AdminApi) =>
        api.createToken({
          label: options.label,
          ...(options.oauth === true && { use: 'client' }),
          ...(options.source !== undefined && { source: options.source }),
          ...(options.expires !== undefined && { expiresInMs: options.expires }),
        });
      // The access is `make`, because a token can be created before the first start.
      const created = await withAdmin(context, options, 'make', create);
      if (options.json === true) terminal.data(JSON.stringify(created, undefined, 2));
      else printToken(terminal, created);
    });
}

/**
 * Throws before a token is created if the output is not a terminal and no option allows this: the token would be lost, or stored in
 * a log.
 */
function assertSeen(terminal: Terminal, { print, json }: Options): void {
  if (print === true || json === true || terminal.watched) return;
  throw new CommandRefused('a token is shown only once, and standard output is not a terminal', {
    hint: 'Add --print to get only the token on standard output, or --json.',
  });
}

/** Prints explanations on standard error, so that standard output contains only the token: `TOKEN=$(vestibule token create …)`. */
function printToken(terminal: Terminal, { token, text, tenantUrl, newSource }: NewToken): void {
  const expiry = token.expiresAt === undefined ? 'It never expires.' : `It expires on ${showTime(token.expiresAt)}.`;
  const lines = [
    `Created token ${token.id} (${token.label}) for source ${token.source}. ${expiry}`,
    ...(newSource ? [`Source ${token.source} is new. If this is a mistake, revoke token ${token.id} and create another token.`] : []),
    'For the Entra portal:',
    `  Tenant URL         ${tenantUrl}`,
    ...showFields(token, tenantUrl),
  ];
  terminal.err(lines.join('\n'));
  terminal.data(text);
}

/** The fields of the Entra portal with their values; the last line introduces the secret. */
function showFields({ use, source }: NewToken['token'], tenantUrl: string): readonly string[] {
  if (use === 'bearer') return ['  Secret Token, shown only once:'];
  return [`  Token Endpoint     ${tenantUrl}/oauth/token`, `  Client Identifier  ${source}`, '  Client Secret, shown only once:'];
}
