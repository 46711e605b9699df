// Renames and removes Targets.
import { CommandRefused, messageOf } from '../../domain/errors.ts';
import { toOwnCommand } from '../../domain/own-command.ts';
import type { TargetName } from '../../domain/ids.ts';
import type { Target, TargetDefinition } from '../../domain/target.ts';
import { hashDefinition } from '../../mapping/canonical-json.ts';
import type { EngineDeps } from './deps.ts';
import { newTarget } from './definition/sync-definitions.ts';
import { unknownTargetRefusal } from './target-refusals.ts';

/** A renamed Target; `file` is set if its full file has a new name too. */
export interface Renamed {
  readonly target: Target;
  readonly file?: { readonly before: string; readonly after: string };
}

/**
 * Removes everything that is stored about a Target without a file; its records in the product remain unchanged. The start is stored first, so that
 * the next loading of the files continues after a crash. The Target's runner must be stopped.
 * @throws {CommandRefused} while its file exists.
 */
export async function forgetTarget(deps: EngineDeps, name: TargetName, by: string): Promise<void> {
  const at = deps.clock.now();
  await deps.store.engine(deps.fence).changeTarget(name, (now) => {
    assertForgettable(name, now);
    return { ...newTarget(name, at), state: 'orphaned', before: 'draft', by, why: 'being forgotten', forgetting: true };
  });
  await forgetToTheEnd(deps, name);
}

/** @throws {CommandRefused} if the Target does not exist, or its file exists. */
export function assertForgettable(name: TargetName, target: Target | undefined): void {
  if (target === undefined) throw unknownTargetRefusal(name);
  if (target.state === 'orphaned') return;
  throw new CommandRefused(`config/targets/${name}.yaml exists`, {
    hint: `forget removes only a target whose file is missing; move the file out of config/targets first, or stop sending with: ${toOwnCommand('pause', name)}`,
  });
}

async function forgetToTheEnd({ store, fence, folders, log }: EngineDeps, name: TargetName): Promise<void> {
  try {
    await folders.remove(name);
  } catch (error) {
    throw new CommandRefused(`the work folder of ${name} cannot be removed: ${messageOf(error)}`, {
      hint: `remove the folder manually, then repeat: ${toOwnCommand('forget', name)}`,
      cause: error,
    });
  }
  await store.engine(fence).eraseTarget(name);
  log.info({ target: name }, 'target forgotten');
}

/**
 * Renames a Target with everything that belongs to it, in one unit of the store. Its work folder is moved afterwards; after a crash in
 * between, the next loading of the files moves it. The Target returns to the state that it had before its file was missing. The runners of
 * both names must be stopped.
 * @throws {CommandRefused} if the old file exists, the new name was already applied, or a file is being delivered.
 */
export async function renameTarget(deps: EngineDeps, from: TargetName, to: TargetName, by: string): Promise<Renamed> {
  const at = deps.clock.now();
  const known = await deps.store.targets.get(from);
  const file = known?.definition === undefined ? undefined : await compareFiles(deps, known.definition, to);
  const change = (old: Target, present: Target | undefined): Target => {
    assertRenamable(old, to, present);
    return toRenamed(old, { to, by, at, newFile: file !== undefined });
  };
  assertRenamable(known ?? from, to, await deps.store.targets.get(to));
  await deps.store.engine(deps.fence).renameTarget(from, to, change, { at, by, what: 'renamed', detail: `from ${from}` });
  deps.log.info({ target: to, from }, 'target renamed');
  await moveFolder(deps, from, to);
  const target = await deps.store.targets.get(to);
  return { target: target ?? newTarget(to, at), ...(file !== undefined && { file }) };
}

/** `from` is a name if there is no such Target. */
function assertRenamable(from: Target | TargetName, to: TargetName, present: Target | undefined): asserts from is Target {
  if (typeof from === 'string') throw unknownTargetRefusal(from);
  const { name } = from;
  if (name === to) throw new CommandRefused(`the target is already named ${name}`);
  if (from.state !== 'orphaned') {
    throw new CommandRefused(`config/targets/${name}.yaml exists`, { hint: `rename the file first: ${renameFile(name, to)}` });
  }
  if (from.forgetting === true || present?.forgetting === true) throw stillForgetting(from.forgetting === true ? name : to);
  if (present !== undefined && (present.appliedAt ?? present.definition ?? present.unreadable) !== undefined) {
    throw new CommandRefused(`${to} was already applied and has its own people`, {
      hint: `choose a name other than ${to} for ${name}; if ${to} was applied by mistake: move its file away, run ${toOwnCommand('forget', to)}, restore the file, then rename again`,
    });
  }
  if (from.publication !== undefined) {
    throw new CommandRefused(`the output file of ${name} is being written to its drop folder`, {
      hint: `restore config/targets/${name}.yaml, wait until ${toOwnCommand('status')} shows nothing queued for ${name}, then rename again`,
    });
  }
}

/**
 * Refuses commands for a Target that is only partly removed: the rest of its people could be treated as delivered, or as people of another
 * Target. The engine removes the rest every minute and whenever the files are loaded.
 */
export function stillForgetting(name: TargetName): CommandRefused {
  return new CommandRefused(`${name} is still being removed`, {
    hint: `Fix the problem that the daemon's log reports, such as the folder targets/${name} in the data folder. The daemon retries every minute.`,
  });
}

/** How a person must rename the files before `rename`, as part of a sentence. */
export function renameFile(from: TargetName, to: TargetName): string {
  return `move config/targets/${from}.yaml to config/targets/${to}.yaml and write "target: ${to}" in it`;
}

function toRenamed(
  { before, ...old }: Target,
  { to, by, at, newFile }: { readonly to: TargetName; readonly by: string; readonly at: Date; readonly newFile: boolean },
): Target {
  const definition = old.definition === undefined ? undefined : { ...old.definition, target: to };
  return {
    ...old,
    name: to,
    state: before ?? 'draft',
    by,
    at,
    why: `renamed from ${old.name}`,
    ...(definition !== undefined && { definition, definitionHash: hashDefinition(definition) }),
    // No file exists under the new name yet, so it must be written even without other changes.
    ...(newFile && old.resend === undefined && { resend: 'file' }),
    // If the folder could not be moved after an earlier rename, it still has its first name.
    folderFrom: old.folderFrom ?? old.name,
  };
}

/** The paths of a Target's full file under both names, if they differ. */
async function compareFiles(deps: EngineDeps, definition: TargetDefinition, to: TargetName): Promise<Renamed['file']> {
  const before = await fileOf(deps, definition);
  const after = await fileOf(deps, { ...definition, target: to });
  return before === undefined || after === undefined || before === after ? undefined : { before, after };
}

/** The path of the full file of a definition; `undefined` if it has none, or if its settings are invalid. Does not contact the Target. */
export async function fileOf(deps: EngineDeps, definition: TargetDefinition): Promise<string | undefined> {
  try {
    const connection = deps.connect(definition, 'read');
    await connection.close();
    return connection.mode === 'snapshot' ? connection.file : undefined;
  } catch {
    // It must also be possible to forget and rename a Target whose definition cannot be opened.
    return undefined;
  }
}

/** Moves the work folder of a renamed Target and stores that. If the folder cannot be moved, the next loading of the files tries again. */
async function moveFolder(deps: EngineDeps, from: TargetName, to: TargetName): Promise<void> {
  try {
    // If there is a new Target with the old name, the folder belongs to it.
    if ((await deps.store.targets.get(from)) === undefined) await deps.folders.move(from, to);
  } catch (error) {
    deps.log.warn({ target: to, from, reason: messageOf(error) }, 'work folder could not be moved');
    return;
  }
  await deps.store.engine(deps.fence).changeTarget(to, (now = newTarget(to, deps.clock.now())) => {
    const { folderFrom: _, ...rest } = now;
    return rest;
  });
}

/** Continues work that a crash interrupted: forgetting a Target, or moving the work folder of a renamed one. */
export async function finishInterrupted(deps: EngineDeps): Promise<void> {
  for (const { name, forgetting, folderFrom } of await deps.store.targets.list()) {
    if (folderFrom !== undefined) await moveFolder(deps, folderFrom, name);
    if (forgetting !== true) continue;
    try {
      await forgetToTheEnd(deps, name);
    } catch (error) {
      deps.log.warn({ target: name, reason: messageOf(error) }, 'target could not be forgotten completely');
    }
  }
}
