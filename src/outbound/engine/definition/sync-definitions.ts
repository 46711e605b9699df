// Updates the stored Targets from the configuration files.
import { StoreError, messageOf } from '../../../domain/errors.ts';
import type { TargetName } from '../../../domain/ids.ts';
import type { Target, TargetDefinition } from '../../../domain/target.ts';
import { hashDefinition } from '../../../mapping/canonical-json.ts';
import type { EngineDeps } from '../deps.ts';

/** The file of one Target. If the file has problems, `fileDefinition` is missing and the applied definition stays in force. */
export interface TargetFile {
  readonly name: TargetName;
  readonly fileDefinition?: TargetDefinition;
}

/**
 * Merges the keys of a file definition that take effect immediately (credentials, rate, schedule, a stricter Guard) into the applied
 * definition.
 */
export type OverlayImmediate = (applied: TargetDefinition, fileDefinition: TargetDefinition) => TargetDefinition;

/** Creates a Target that was never applied. */
export function newTarget(name: TargetName, at: Date): Target {
  return {
    name,
    state: 'draft',
    by: 'daemon',
    at,
    why: '',
    liveWhenQuiet: false,
    replaceAll: false,
    without: 0,
    cursor: 0,
    failures: 0,
    trouble: '',
  };
}

/** The change of a Target's state when its file appears or disappears, and the text of the journal entry. */
interface FileChange {
  readonly target: Target;
  readonly what: Target['state'];
  readonly detail: string;
}

/**
 * The state change that follows from a Target's file. A new file creates a draft; a missing file makes the Target *orphaned* (nothing is
 * sent, no person is removed); a restored file restores the previous state. `undefined` if nothing changes.
 */
function followFile(target: Target | undefined, name: TargetName, hasFile: boolean, at: Date): FileChange | undefined {
  if (target === undefined) return hasFile ? { target: newTarget(name, at), what: 'draft', detail: 'its file is new' } : undefined;
  if (hasFile === (target.state !== 'orphaned')) return undefined;
  const change = { by: 'daemon', at } as const;
  if (hasFile) {
    const state = target.before ?? 'draft';
    return { target: { ...target, ...change, state, why: 'its file was restored' }, what: state, detail: 'its file was restored' };
  }
  const why = 'its file is missing';
  return { target: { ...target, ...change, state: 'orphaned', before: stateToReturnTo(target), why }, what: 'orphaned', detail: why };
}

/** A refused Target is retried when its file is restored. */
function stateToReturnTo({ state }: Target): Target['state'] {
  return state === 'refused' ? 'live' : state;
}

/**
 * The Targets, sorted by name, as they will be after the files are loaded. Read-only commands use this, because they change nothing.
 * `names` are those of all Target files, with or without problems.
 */
export function viewTargets(stored: readonly Target[], names: ReadonlySet<TargetName>, at: Date): readonly Target[] {
  const known = new Map(stored.map((target) => [target.name, target]));
  const all = [...new Set([...known.keys(), ...names])].sort();
  return all.flatMap((name) => {
    const target = known.get(name);
    const viewed = followFile(target, name, names.has(name), at)?.target ?? target;
    return viewed === undefined ? [] : [viewed];
  });
}

/**
 * Updates the store from the files (see `followFile`) and applies the settings that take effect immediately. A Target without a file
 * becomes *orphaned* only if `isGone` confirms it, because some editors delete and recreate a file when saving. Returns the Targets whose
 * applied definition has changed. Writes nothing for unchanged Targets.
 */
export async function syncDefinitions(
  deps: EngineDeps,
  files: readonly TargetFile[],
  overlay: OverlayImmediate,
  isGone: (name: TargetName) => boolean,
): Promise<readonly TargetName[]> {
  const known = new Map((await deps.store.targets.list()).map((target) => [target.name, target]));
  const changed: TargetName[] = [];
  for (const file of files) {
    const target = known.get(file.name);
    known.delete(file.name);
    try {
      if (await syncDefinition(deps, file, target, overlay)) changed.push(file.name);
    } catch (error) {
      if (error instanceof StoreError) throw error;
      deps.log.error({ target: file.name, reason: messageOf(error) }, 'target file could not be compared with the applied definition');
    }
  }
  for (const target of known.values()) if (isGone(target.name)) await orphan(deps, target);
  return changed;
}

async function syncDefinition(deps: EngineDeps, file: TargetFile, target: Target | undefined, overlay: OverlayImmediate): Promise<boolean> {
  await follow(deps, target, file.name, true);
  if (file.fileDefinition === undefined || target?.definition === undefined) return false;
  const { fileDefinition } = file;
  if (hashDefinition(overlay(target.definition, fileDefinition)) === target.definitionHash) return false;
  const takeOver = (now: Target = target): Target => {
    if (now.definition === undefined) return now;
    const definition = overlay(now.definition, fileDefinition);
    const definitionHash = hashDefinition(definition);
    return definitionHash === now.definitionHash ? now : { ...now, definition, definitionHash };
  };
  await deps.store.engine(deps.fence).changeTarget(file.name, takeOver, {
    at: deps.clock.now(),
    by: 'daemon',
    what: 'settings',
    detail: 'settings that take effect immediately were read from the target file',
  });
  return true;
}

async function orphan(deps: EngineDeps, target: Target): Promise<void> {
  if (await follow(deps, target, target.name, false)) deps.log.warn({ target: target.name }, 'target orphaned: its file is missing');
}

/** Stores the state change that follows from a Target's file. Returns false if there is none. */
async function follow(deps: EngineDeps, target: Target | undefined, name: TargetName, hasFile: boolean): Promise<boolean> {
  const at = deps.clock.now();
  const change = followFile(target, name, hasFile, at);
  if (change === undefined) return false;
  const { what, detail } = change;
  await deps.store
    .engine(deps.fence)
    .changeTarget(name, (now) => followFile(now, name, hasFile, at)?.target ?? now ?? change.target, { at, by: 'daemon', what, detail });
  return true;
}
