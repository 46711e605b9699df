// Looks up Targets and their file definitions by name, and compares the files with the applied definitions.
import { CommandRefused, ConfigProblems } from '../../../domain/errors.ts';
import type { TargetName } from '../../../domain/ids.ts';
import { toOwnCommand } from '../../../domain/own-command.ts';
import type { Target, TargetDefinition } from '../../../domain/target.ts';
import { viewTargets } from '../../engine/definition/sync-definitions.ts';
import { missingFileRefusal, unknownTargetRefusal } from '../../engine/target-refusals.ts';
import type { HandlerDeps, SiteFiles, WaitingEdit } from './handler-deps.ts';

/** All Targets, sorted by name, as they will be after the current files are loaded; see `viewTargets`. */
export async function readTargets({ engineDeps: { store, clock } }: HandlerDeps, { names }: SiteFiles): Promise<readonly Target[]> {
  return viewTargets(await store.targets.list(), names, clock.now());
}

/**
 * A Target as it will be after the current files are loaded. A Target that has a file but was never stored is a draft.
 * @throws {CommandRefused} naming the existing Targets.
 */
export async function requireTarget(deps: HandlerDeps, name: string, files: SiteFiles = deps.readFiles()): Promise<Target> {
  const targets = await readTargets(deps, files);
  const target = targets.find((one) => one.name === name);
  if (target !== undefined) return target;
  throw unknownTargetRefusal(
    name,
    targets.map((known) => known.name),
  );
}

/** @throws {CommandRefused} if the Target has a file but was never stored. */
export async function assertStored({ engineDeps: { store } }: HandlerDeps, name: string, { names }: SiteFiles): Promise<void> {
  if (!names.has(name) || (await store.targets.get(name)) !== undefined) return;
  throw new CommandRefused(`${name} is new and was never applied`, { hint: `Apply it first: ${toOwnCommand('apply', name)}` });
}

/** The definition in a Target's file. @throws {ConfigProblems} if the file has problems; {CommandRefused} if it does not exist. */
export function requireFileDefinition(files: SiteFiles, target: Target): TargetDefinition {
  const fileDefinition = files.fileDefinitions.get(target.name);
  if (fileDefinition !== undefined) return fileDefinition;
  if (target.state === 'orphaned') throw missingFileRefusal(target.name);
  if (files.problems.some((problem) => problem.level === 'problem')) throw new ConfigProblems(files.problems);
  throw missingFileRefusal(target.name);
}

/**
 * How a file definition differs from the applied one; `undefined` if none was ever applied. If the applied definition cannot be read, its
 * address is unknown, so an operator must confirm that it is the same system.
 */
export function compareFileDefinition(
  deps: HandlerDeps,
  { definition, unreadable }: Target,
  fileDefinition: TargetDefinition,
): WaitingEdit | undefined {
  if (definition !== undefined) return deps.compare(definition, fileDefinition);
  return unreadable === undefined ? undefined : { waiting: [], otherSystem: true };
}

/**
 * For a Target that was never applied: the Targets without a file that point to the same system. The new Target may be one of them under a new
 * name.
 */
export async function findOrphans(
  deps: HandlerDeps,
  target: Target,
  fileDefinition: TargetDefinition,
  files: SiteFiles,
): Promise<readonly TargetName[]> {
  if (target.appliedAt !== undefined) return [];
  return (await readTargets(deps, files))
    .filter(
      ({ state, definition }) => state === 'orphaned' && definition !== undefined && !deps.compare(definition, fileDefinition).otherSystem,
    )
    .map(({ name }) => name);
}
