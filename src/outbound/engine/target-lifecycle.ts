// Renames and removes Targets.
import { CommandRefused, messageOf } from '../../domain/errors.ts';
import { toOwnCommand } from '../../domain/own-command.ts';
import type { TargetName } from '../../domain/ids.ts';
import type { Target, TargetDefinition } from '../../domain/target.ts';
import { hashDefinition } from '../../mapping/canonical-json.ts';
import type { EngineDeps } from './deps.ts';
import { newTarget } from './definition/sync-definitions.ts';
import { unknownTargetRefusal } from './target-refusals.ts';

/** A Target under its new name; `file` when its full file is called otherwise now. */
export interface Renamed {
  readonly target: Target;
  readonly file?: { readonly before: string; readonly after: string };
}

/**
 * Removes everything about a Target without a file; records at the product stay there. The start is recorded first, so
 * that the next reading of the files continues after a crash. Its runner must be stopped.
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

/** @throws {CommandRefused} where there is no such Target, or its file exists. */
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
 * Gives a Target another name, with everything that belongs to it, in one unit of the store; its work folder follows, and is moved by the
 * next reading of the files after a crash in between. It returns to its state from before its file was gone. Runners of both names have
 * to be stopped.
 * @throws {CommandRefused} when the old file exists, the new name was applied already, or a file is being handed over.
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

/** `from` is a name where there is no such Target. */
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
    throw new CommandRefused(`the file of ${name} is being written to its drop folder`, {
      hint: `restore config/targets/${name}.yaml, wait until ${toOwnCommand('status')} shows nothing queued for ${name}, then rename again`,
    });
  }
}

/**
 * Refuses commands for a Target that is partly removed: half of its people would count as delivered, or as people of another Target. The
 * engine removes the rest every minute and with each reading of the files.
 */
export function stillForgetting(name: TargetName): CommandRefused {
  return new CommandRefused(`${name} is still being removed`, {
    hint: `Fix the problem that the daemon's log reports, such as the folder targets/${name} in the data folder. The daemon retries every minute.`,
  });
}

/** The steps that a person must do with the files before `rename`, as part of a sentence. */
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
    // No file exists under the new name yet, even without other changes.
    ...(newFile && old.resend === undefined && { resend: 'file' }),
    // A folder that could not be moved yet is still under its first name.
    folderFrom: old.folderFrom ?? old.name,
  };
}

/** The paths of a Target's full file under both names, where they differ. */
async function compareFiles(deps: EngineDeps, definition: TargetDefinition, to: TargetName): Promise<Renamed['file']> {
  const before = await fileOf(deps, definition);
  const after = await fileOf(deps, { ...definition, target: to });
  return before === undefined || after === undefined || before === after ? undefined : { before, after };
}

/** Where the full file of a definition goes; `undefined` when it has none, or its settings do not tell. Asks the Target nothing. */
export async function fileOf(deps: EngineDeps, definition: TargetDefinition): Promise<string | undefined> {
  try {
    const connection = deps.connect(definition, 'read');
    await connection.close();
    return connection.mode === 'snapshot' ? connection.file : undefined;
  } catch {
    // A definition that cannot be opened has to be forgotten and renamed too.
    return undefined;
  }
}

/** Moves the work folder of a renamed Target and notes that. A folder that cannot be moved stays, and is tried again with the files. */
async function moveFolder(deps: EngineDeps, from: TargetName, to: TargetName): Promise<void> {
  try {
    // A new Target of the old name has its own folder now.
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
