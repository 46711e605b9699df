// Handles the commands `forget` and `rename`.
import type { ForgetReport, RenameReport } from '../../../admin/reports/target-lifecycle-report.ts';
import { CommandRefused, ConfigProblems } from '../../../domain/errors.ts';
import type { Target } from '../../../domain/target.ts';
import { assertForgettable, fileOf, renameFile } from '../../engine/target-lifecycle.ts';
import type { HandlerDeps, SiteFiles } from './handler-deps.ts';
import { requireTarget } from './look-up-targets.ts';

/** Reports the people and files that will remain in the product if a Target is forgotten. @throws {CommandRefused} while its file exists. */
export async function reportForgetting(deps: HandlerDeps, name: string): Promise<ForgetReport> {
  const target = await requireTarget(deps, name);
  assertForgettable(name, target);
  return report(deps, target);
}

/**
 * Forgets a Target.
 * @returns the people and files that remain in the product.
 * @throws {CommandRefused} while its file exists.
 */
export async function forget(deps: HandlerDeps, name: string, by: string): Promise<ForgetReport> {
  const left = await reportForgetting(deps, name);
  await deps.syncDefinitions([name]);
  // If an earlier `forget` was interrupted, `syncDefinitions` may already have completed it.
  if ((await deps.engineDeps.store.targets.get(name)) !== undefined) await deps.engine.forget(name, by);
  return left;
}

async function report({ engineDeps }: HandlerDeps, { name, definition }: Target): Promise<ForgetReport> {
  const { store } = engineDeps;
  const [counts, leavers, deliveries] = await Promise.all([
    store.shadows.count(name),
    store.shadows.leavers(name),
    store.outbox.counts(name),
  ]);
  const { queued, held, sending, accepted, unclear, parked } = deliveries;
  const file = definition === undefined ? undefined : await fileOf(engineDeps, definition);
  return {
    target: name,
    title: definition?.title ?? '',
    ...counts,
    leaving: leavers.running,
    unconfirmedDeliveries: queued + held + sending + accepted + unclear + parked,
    ...(file !== undefined && { file }),
  };
}

/**
 * Renames a Target whose file was renamed.
 * @throws {ConfigProblems} if the new file has problems; {CommandRefused} if the file was not renamed yet, or the Targets do not allow it.
 */
export async function rename(deps: HandlerDeps, from: string, to: string, by: string): Promise<RenameReport> {
  const files = await deps.syncDefinitions([from]);
  await requireTarget(deps, from, files);
  assertNamed(files, from, to, await deps.engineDeps.store.targets.get(to));
  const { target, file } = await deps.engine.rename(from, to, by);
  // Applies the settings of the new file that take effect immediately.
  await deps.syncDefinitions();
  return { target: to, before: from, state: target.state, ...(file !== undefined && { file }) };
}

function assertNamed({ fileDefinitions, problems }: SiteFiles, from: string, to: string, present: Target | undefined): void {
  if (fileDefinitions.has(to)) return;
  const inFile = problems.filter(({ file }) => file.endsWith(`targets/${to}.yaml`));
  const broken = inFile.filter(({ level }) => level === 'problem');
  if (broken.length > 0) throw new ConfigProblems(broken);
  // The file has only warnings, so the problem is in its connector.
  if (inFile.length > 0) throw new ConfigProblems(problems);
  // The Target has a file but no valid definition, so the problem is in its connector.
  if (present !== undefined && present.state !== 'orphaned') throw new ConfigProblems(problems);
  throw new CommandRefused(`config/targets/${to}.yaml does not exist`, { hint: `rename the file first: ${renameFile(from, to)}` });
}
