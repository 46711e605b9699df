// Explains, for `list`, what is not planned yet: changes behind a pause, and what a draft would do.
import { toOwnCommand } from '../../../domain/own-command.ts';
import { StoreError } from '../../../domain/errors.ts';
import type { Target, TargetDefinition } from '../../../domain/target.ts';
import { showCount, showNumber } from '../../../domain/wording.ts';
import { keepPinned } from '../../engine/definition/compile-target.ts';
import { previewTarget, type Preview } from '../../engine/preview/preview.ts';
import { waitsFor } from '../../story/describe-obstacle.ts';
import type { HandlerDeps } from './handler-deps.ts';

/** Max number of people without a valid row whose names are shown. */
const maxNamed = 3;

/**
 * Sentences that `list` prints above its groups. `definition` is the definition in force, or that of the file. Empty if everything is
 * planned.
 */
export async function describeUnplanned(
  deps: HandlerDeps,
  target: Target,
  definition: TargetDefinition | undefined,
): Promise<readonly string[]> {
  switch (target.state) {
    case 'live':
      return deps.running ? [] : describeBehind(deps, target);
    case 'draft':
      return definition === undefined ? [] : describeDraft(deps, target, definition);
    case 'paused':
    case 'refused':
    case 'orphaned':
      return target.definition === undefined ? [] : describeBehind(deps, target);
  }
}

async function describeBehind({ engineDeps: { staging, clock }, running }: HandlerDeps, target: Target): Promise<readonly string[]> {
  const behind = (await staging.changes.head()) - target.cursor;
  if (behind <= 0) return [];
  const changes = showCount(behind, 'change from the directory is', 'changes from the directory are');
  const plan = target.state === 'orphaned' ? '' : ` See: ${toOwnCommand('plan', target.name)}.`;
  return [`${changes} not planned yet and will be planned once ${waitsFor(target, { now: clock.now(), running })}.${plan}`];
}

async function describeDraft(deps: HandlerDeps, target: Target, fileDefinition: TargetDefinition): Promise<readonly string[]> {
  const { engineDeps, running } = deps;
  try {
    const definition = await keepPinned(engineDeps, target.definition, fileDefinition);
    const limits = { lines: maxNamed, records: 0 };
    const preview = await previewTarget(engineDeps, { target, definition, cause: 'firstLoad', limits });
    const actions = Object.values(preview.actions).reduce((sum, number) => sum + number, 0);
    const waiting = `${showCount(actions, 'action waits', 'actions wait')} until ${waitsFor(target, { now: engineDeps.clock.now(), running })}.`;
    return [...(actions === 0 ? [] : [`${waiting} See: ${toOwnCommand('plan', target.name)}.`]), ...describeNoRows(target, preview)];
  } catch (error) {
    if (error instanceof StoreError) throw error;
    // `check` and `plan` say why a draft cannot be planned.
    return [`What this draft would do is unknown. See: ${toOwnCommand('plan', target.name)}.`];
  }
}

function describeNoRows({ name }: Target, { heldBack, heldBackCount }: Preview): readonly string[] {
  if (heldBackCount === 0) return [];
  const names = heldBack.map(({ view, why }) => `${view.userName}: ${why.replace(/\.$/, '')}`);
  const rest = heldBackCount > names.length ? [`${showNumber(heldBackCount - names.length)} more`] : [];
  return [
    `${showCount(heldBackCount, 'person', 'people')} in scope without a valid row: ${[...names, ...rest].join('; ')}. ` +
      `See all: ${toOwnCommand('plan', name, '--limit', String(heldBackCount))}.`,
  ];
}
