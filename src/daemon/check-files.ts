// Checks all files of the site for a daemon or for a command without one.
import { join } from 'node:path';
import type { CheckReport } from '../admin/reports/check-report.ts';
import type { ProbedMachine } from '../config/probed-machine.ts';
import type { Problem } from '../domain/errors.ts';
import { findUnlistedSources } from '../outbound/admin/handlers/tokens.ts';
import type { EngineDeps } from '../outbound/engine/deps.ts';
import type { OutboundParts } from './outbound-parts.ts';
import { readCheckedSite, toCheckReport } from './read-site.ts';

/** The dependencies of {@link checkFiles}. */
export interface CheckFilesDeps extends Pick<OutboundParts, 'folders' | 'config' | 'inbound'> {
  readonly machine: ProbedMachine;
  readonly engineDeps: EngineDeps;
}

/** Returns the report of `check`, with the Sources in use that `vestibule.yaml` does not list: only the store knows them. */
export async function checkFiles(
  { folders, config, inbound, machine, engineDeps }: CheckFilesDeps,
  by: CheckReport['read']['by'],
): Promise<CheckReport> {
  const site = await machine.settled(() => readCheckedSite(folders.configDir, config, machine));
  const listed = Object.keys(site.daemon.sources);
  const unlisted = site.daemonBroken ? [] : await findUnlistedSources({ engineDeps, tokens: inbound.tokens }, listed);
  const file = join(site.read.folder, 'vestibule.yaml');
  const notes = unlisted.map((found): Problem => ({ file, path: 'sources', ...found, level: 'note' }));
  return toCheckReport({ ...site, problems: [...site.problems, ...notes] }, by);
}
