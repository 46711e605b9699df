// Reads the Targets as the configuration files define them now.
import { CommandRefused, ConfigProblems } from '../../../domain/errors.ts';
import type { TargetName } from '../../../domain/ids.ts';
import { toOwnCommand } from '../../../domain/own-command.ts';
import type { Target, TargetDefinition } from '../../../domain/target.ts';
import { viewTargets } from '../../engine/definition/sync-definitions.ts';
import { missingFileRefusal, unknownTargetRefusal } from '../../engine/target-refusals.ts';
import type { HandlerDeps, SiteFiles, WaitingEdit } from './handler-deps.ts';

/** All Targets as the files have them now, by name; see `viewTargets`. */
export async function readTargets({ engineDeps: { store, clock } }: HandlerDeps, { names }: SiteFiles): Promise<readonly Target[]> {
  return viewTargets(await store.targets.list(), names, clock.now());
}

/** A Target as the files have it now: one that only has a file is a draft. @throws {CommandRefused} naming the existing ones. */
export async function requireTarget(deps: HandlerDeps, name: string, files: SiteFiles = deps.readFiles()): Promise<Target> {
  const targets = await readTargets(deps, files);
  const target = targets.find((one) => one.name === name);
  if (target !== undefined) return target;
  throw unknownTargetRefusal(
    name,
    targets.map((known) => known.name),
  );
}

/** @throws {CommandRefused} for a Target whose file is so new that the store has nothing of it. */
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
 * How a file definition differs from the applied one; `undefined` if none was ever applied. If the applied definition cannot be read, its address is
 * unknown, so the person must confirm whether the system is the same.
 */
export function compareFileDefinition(
  deps: HandlerDeps,
  { definition, unreadable }: Target,
  fileDefinition: TargetDefinition,
): WaitingEdit | undefined {
  if (definition !== undefined) return deps.compare(definition, fileDefinition);
  return unreadable === undefined ? undefined : { waiting: [], otherSystem: true };
}

/** Targets without a file that have the system of a Target which was never applied: it may be one of them under a new name. */
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
