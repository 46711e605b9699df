// Explains, for `list`, which changes are not planned yet: changes that wait while a Target is paused, and the actions of a draft.
import { toOwnCommand } from '../../../domain/own-command.ts';
import type { Target } from '../../../domain/target.ts';
import { showCount } from '../../../domain/wording.ts';
import { waitsFor } from '../../story/describe-obstacle.ts';
import type { HandlerDeps } from './handler-deps.ts';
import type { DraftPreview } from './preview-draft.ts';

/**
 * Sentences that `list` prints above its groups. `draft` is missing if the Target is not a draft, or has no definition. Empty if everything is
 * planned.
 */
export async function describeUnplanned(deps: HandlerDeps, target: Target, draft: DraftPreview | undefined): Promise<readonly string[]> {
  switch (target.state) {
    case 'live':
      return deps.running ? [] : describeBehind(deps, target);
    case 'draft':
      return draft === undefined ? [] : describeDraft(deps, target, draft);
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

function describeDraft({ engineDeps, running }: HandlerDeps, target: Target, draft: DraftPreview): readonly string[] {
  if (draft === 'unknown') return [`This draft cannot be planned. See: ${toOwnCommand('plan', target.name)}.`];
  const actions = Object.values(draft.actions).reduce((sum, number) => sum + number, 0);
  if (actions === 0) return [];
  const waiting = `${showCount(actions, 'action waits', 'actions wait')} until ${waitsFor(target, { now: engineDeps.clock.now(), running })}.`;
  return [`${waiting} See: ${toOwnCommand('plan', target.name)}.`];
}
