// Finds reasons to refuse `apply` that no confirmation can override.
import type { MissingAgreement } from '../../../domain/apply-agreement.ts';
import { toOwnCommand } from '../../../domain/own-command.ts';
import type { Target, TargetDefinition } from '../../../domain/target.ts';
import type { HandlerDeps, SiteFiles } from './handler-deps.ts';
import { findOrphans } from './look-up-targets.ts';

/**
 * Why the files of a Target cannot be applied even with all confirmations: another Target writes the same file, or the Target is most likely
 * a renamed one, so that its people would be created a second time.
 */
export async function findRefusal(
  deps: HandlerDeps,
  target: Target,
  fileDefinition: TargetDefinition,
  files: SiteFiles,
): Promise<MissingAgreement | undefined> {
  // The renamed Target comes first, because its hint also resolves the conflict about the file.
  return (await findRenamed(deps, target, fileDefinition, files)) ?? (await findCollision(deps, fileDefinition));
}

/** `check` cannot find this conflict: the applied definition of the other Target may differ from its file. */
async function findCollision(deps: HandlerDeps, fileDefinition: TargetDefinition): Promise<MissingAgreement | undefined> {
  const targets = await deps.engineDeps.store.targets.list();
  const mayWrite = targets.filter(({ state, liveWhenQuiet }) => state !== 'draft' || liveWhenQuiet);
  const collision = await deps.findCollision(
    fileDefinition,
    mayWrite.flatMap(({ definition }) => (definition === undefined ? [] : [definition])),
  );
  if (collision === undefined) return undefined;
  const hint = collision.hint === undefined ? '' : `${collision.hint} `;
  return {
    message: `${fileDefinition.target} ${collision.message} (according to the applied definition of that target)`,
    hint: `${hint}Or apply the edited file of the other target first.`,
  };
}

async function findRenamed(
  deps: HandlerDeps,
  target: Target,
  fileDefinition: TargetDefinition,
  files: SiteFiles,
): Promise<MissingAgreement | undefined> {
  const [orphan] = await findOrphans(deps, target, fileDefinition, files);
  if (orphan === undefined) return undefined;
  return {
    message: `the configuration file of ${orphan} is missing, and ${orphan} writes to the same system as ${target.name}: everyone at ${orphan} would get a second record`,
    hint: `If ${target.name} is the new name of ${orphan}: ${toOwnCommand('rename', orphan, target.name)}. If ${orphan} is no longer needed: ${toOwnCommand('forget', orphan)}, then apply.`,
  };
}
