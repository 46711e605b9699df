// The command `test`: tests the connection to a Target.
import { Command, Option } from 'commander';
import { Exit, type CommandContext } from '../command-context.ts';
import { readDuration } from '../option-values.ts';
import { showTest } from '../output/test.ts';
import { printReport } from '../terminal/print.ts';
import { exitCodes } from '../terminal/report-error.ts';
import { addSiteOptions, type SiteOptions } from '../site-options.ts';
import { withAdmin } from '../with-admin.ts';

interface Options extends SiteOptions {
  readonly timeout?: number;
  readonly applied?: boolean;
  readonly json?: boolean;
}

/** `test`: tests the connection to a Target, step by step. Read-only. */
export function testCommand(context: CommandContext): Command {
  return addSiteOptions(new Command('test'))
    .description('test the connection to a target, step by step; reads only; exit code 1 if a step fails')
    .argument('<target>', 'name of the target')
    .addOption(new Option('--timeout <duration>', 'time limit for each step, e.g. 30s (default: 10s)').argParser(readDuration))
    .option('--applied', 'test the applied configuration instead of the file')
    .option('--json', 'for scripts: print the report as JSON')
    .action(async (target: string, { timeout, applied, ...options }: Options) => {
      const testOptions = { ...(timeout !== undefined && { timeoutMs: timeout }), ...(applied === true && { applied }) };
      const report = await withAdmin(context, options, 'read', (api) => api.test(target, testOptions));
      printReport(context.terminal, report, options.json, (shown) => showTest(shown, context.terminal.style));
      if (!report.passed) throw new Exit(exitCodes.failed);
    });
}
