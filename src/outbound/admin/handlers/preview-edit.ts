// Previews the edited file of a Target, for `status` and the list of holds.
import { StoreError } from '../../../domain/errors.ts';
import type { Target, TargetDefinition } from '../../../domain/target.ts';
import { keepPinned } from '../../engine/definition/compile-target.ts';
import { previewTarget, type Preview } from '../../engine/preview/preview.ts';
import type { HandlerDeps, SiteFiles } from './handler-deps.ts';

/**
 * An edit that waits for `apply`. `paths` are the changed keys; `preview` is missing if the edit cannot be planned (`plan` reports why).
 */
interface EditPreview {
  readonly paths: readonly string[];
  readonly definition: TargetDefinition;
  readonly preview?: Preview;
}

/**
 * Counts of the actions that applying the edited file of a Target would cause. `undefined` if no edit waits for `apply`.
 * @throws {StoreError} if the store cannot be read.
 */
export async function previewEdit(deps: HandlerDeps, target: Target, files: SiteFiles): Promise<EditPreview | undefined> {
  const definition = files.fileDefinitions.get(target.name);
  if (definition === undefined || target.definition === undefined) return undefined;
  const { waiting: paths } = deps.compare(target.definition, definition);
  if (paths.length === 0) return undefined;
  try {
    const wanted = await keepPinned(deps.engineDeps, target.definition, definition);
    return { paths, definition: wanted, preview: await previewTarget(deps.engineDeps, { target, definition: wanted, cause: 'config' }) };
  } catch (error) {
    if (error instanceof StoreError) throw error;
    return { paths, definition };
  }
}
