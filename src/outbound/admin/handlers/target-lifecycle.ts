// Handles `forget` and `rename`.
import type { ForgetReport, RenameReport } from '../../../admin/reports/target-lifecycle-report.ts';
import { CommandRefused, ConfigProblems } from '../../../domain/errors.ts';
import type { Target } from '../../../domain/target.ts';
import { assertForgettable, fileOf, renameFile } from '../../engine/target-lifecycle.ts';
import type { HandlerDeps, SiteFiles } from './handler-deps.ts';
import { requireTarget } from './known-targets.ts';

/** What stays at the product when a Target is forgotten. @throws {CommandRefused} while its file exists. */
export async function reportForgetting(deps: HandlerDeps, name: string): Promise<ForgetReport> {
  const target = await requireTarget(deps, name);
  assertForgettable(name, target);
  return report(deps, target);
}

/** Forgets a Target. @returns the people and files that stay at the product. @throws {CommandRefused} while its file exists. */
export async function forget(deps: HandlerDeps, name: string, by: string): Promise<ForgetReport> {
  const left = await reportForgetting(deps, name);
  await deps.syncDefinitions([name]);
  // A removal that was interrupted may have ended with that.
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
 * Gives a Target the name that its file has now.
 * @throws {ConfigProblems} of the new file; {CommandRefused} when the files are not renamed yet, or the Targets do not allow it.
 */
export async function rename(deps: HandlerDeps, from: string, to: string, by: string): Promise<RenameReport> {
  const files = await deps.syncDefinitions([from]);
  await requireTarget(deps, from, files);
  assertNamed(files, from, to, await deps.engineDeps.store.targets.get(to));
  const { target, file } = await deps.engine.rename(from, to, by);
  // What takes effect at once is taken over from the new file, as at any other reading.
  await deps.syncDefinitions();
  return { target: to, before: from, state: target.state, ...(file !== undefined && { file }) };
}

function assertNamed({ fileDefinitions, problems }: SiteFiles, from: string, to: string, present: Target | undefined): void {
  if (fileDefinitions.has(to)) return;
  const inFile = problems.filter(({ file }) => file.endsWith(`targets/${to}.yaml`));
  const broken = inFile.filter(({ level }) => level === 'problem');
  if (broken.length > 0) throw new ConfigProblems(broken);
  // If the file itself has no problem, its connector has one.
  if (inFile.length > 0) throw new ConfigProblems(problems);
  // A file that exists but gives no definition has a problem in its connector.
  if (present !== undefined && present.state !== 'orphaned') throw new ConfigProblems(problems);
  throw new CommandRefused(`config/targets/${to}.yaml does not exist`, { hint: `rename the file first: ${renameFile(from, to)}` });
}
