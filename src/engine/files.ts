import { StoreError, messageOf } from '../domain/errors.ts';
import type { TargetName } from '../domain/ids.ts';
import type { Target, TargetDefinition } from '../domain/target.ts';
import { hashDefinition } from '../mapping/canonical.ts';
import type { EngineDeps } from './deps.ts';

/** What the files say of one Target. A file with problems has no `wish`: whatever was applied stays in force. */
export interface TargetFile {
  readonly name: TargetName;
  readonly wish?: TargetDefinition;
}

/** Overlays what is applied with those keys of a wish that take effect at once (credentials, rate, schedule, a stricter Guard). */
export type OverlayAtOnce = (applied: TargetDefinition, wish: TargetDefinition) => TargetDefinition;

/** A Target that nobody applied yet. */
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

/**
 * Brings the store in line with the files: a new file makes a draft, a missing one an orphan (nothing is sent, nobody removed), one that
 * is back ends that, and what takes effect at once does. Returns the Targets whose definition in force changed.
 */
export async function syncFiles(deps: EngineDeps, files: readonly TargetFile[], overlay: OverlayAtOnce): Promise<readonly TargetName[]> {
  const known = new Map((await deps.store.targets.list()).map((target) => [target.name, target]));
  const changed: TargetName[] = [];
  for (const file of files) {
    const target = known.get(file.name);
    known.delete(file.name);
    try {
      if (await syncFile(deps, file, target, overlay)) changed.push(file.name);
    } catch (error) {
      if (error instanceof StoreError) throw error;
      deps.log.error({ target: file.name, reason: messageOf(error) }, 'the file of a target cannot be compared with what is applied');
    }
  }
  for (const target of known.values()) await orphan(deps, target);
  return changed;
}

async function syncFile(deps: EngineDeps, file: TargetFile, target: Target | undefined, overlay: OverlayAtOnce): Promise<boolean> {
  const at = deps.clock.now();
  const writer = deps.store.engine(deps.fence);
  if (target === undefined) {
    await writer.changeTarget(file.name, (now) => now ?? newTarget(file.name, at), {
      at,
      by: 'daemon',
      what: 'draft',
      detail: 'its file is new',
    });
    return false;
  }
  if (target.state === 'orphaned') {
    await writer.changeTarget(
      file.name,
      (now) =>
        now?.state === 'orphaned' ? { ...now, state: now.before ?? 'draft', by: 'daemon', at, why: 'its file is back' } : (now ?? target),
      { at, by: 'daemon', what: target.before ?? 'draft', detail: 'its file is back' },
    );
  }
  if (file.wish === undefined || target.definition === undefined) return false;
  const { wish } = file;
  if (hashDefinition(overlay(target.definition, wish)) === target.definitionHash) return false;
  const takeOver = (now: Target = target): Target => {
    if (now.definition === undefined) return now;
    const definition = overlay(now.definition, wish);
    return { ...now, definition, definitionHash: hashDefinition(definition) };
  };
  await writer.changeTarget(file.name, takeOver, {
    at,
    by: 'daemon',
    what: 'settings',
    detail: 'what takes effect at once was taken over from its file',
  });
  return true;
}

/** A refused Target is tried anew when its file is back. */
function stateToReturnTo({ state }: Target): Target['state'] {
  return state === 'refused' ? 'live' : state;
}

async function orphan(deps: EngineDeps, target: Target): Promise<void> {
  if (target.state === 'orphaned') return;
  const at = deps.clock.now();
  await deps.store
    .engine(deps.fence)
    .changeTarget(
      target.name,
      (now = target) =>
        now.state === 'orphaned'
          ? now
          : { ...now, state: 'orphaned', before: stateToReturnTo(now), by: 'daemon', at, why: 'its file is gone' },
      { at, by: 'daemon', what: 'orphaned', detail: 'its file is gone' },
    );
  deps.log.warn({ target: target.name }, 'target orphaned: its file is gone');
}
