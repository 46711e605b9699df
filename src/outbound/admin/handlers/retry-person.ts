// Handles the command `retry`: sends parked and delayed Deliveries of one person or of all people again.
import type { RetryReport } from '../../../admin/reports/retry-report.ts';
import { toOwnCommand } from '../../../domain/own-command.ts';
import type { Delivery } from '../../../domain/delivery.ts';
import { CommandRefused } from '../../../domain/errors.ts';
import type { SubjectId, TargetName } from '../../../domain/ids.ts';
import type { OutboundStore } from '../../../store/outbound.ts';
import { describeObstacle } from '../../story/describe-obstacle.ts';
import type { HandlerDeps } from './handler-deps.ts';
import { findPeople } from './find-people.ts';
import { matchPeople, showLabel } from './match-people.ts';
import { assertStored, requireTarget } from './look-up-targets.ts';
import { toLabel } from './person-label.ts';

/** Number of Deliveries read at once. */
const atOnce = 500;

/** Retries parked and delayed Deliveries of a Target, of one person or of all. @throws {CommandRefused} as `findForRetry` does. */
export async function retry(deps: HandlerDeps, name: string, person: string | undefined): Promise<RetryReport> {
  const { commands, engineDeps, running } = deps;
  const id = person === undefined ? undefined : await findForRetry(deps, name, person);
  const { target, ...retried } = await commands.retry(name, id);
  return { ...retried, state: target.state, obstacle: describeObstacle(target, { now: engineDeps.clock.now(), running }), running };
}

/**
 * The id of the person whose Delivery is retried.
 * @throws {CommandRefused} if no person matches (the error lists similar names among people waiting at the Target), or if several do (the
 * error lists their ids).
 */
async function findForRetry(deps: HandlerDeps, name: string, text: string): Promise<SubjectId> {
  const files = deps.readFiles();
  const target = await requireTarget(deps, name, files);
  await assertStored(deps, name, files);
  const people = await findPeople(deps, text);
  const [person] = people;
  if (person !== undefined && people.length === 1) return person.id;
  if (person !== undefined) {
    const names = people.map(({ id, view }) => `${showLabel(toLabel(view, id))} ${id}`);
    throw new CommandRefused(`${text} matches ${people.length} people`, { hint: `use the userName or the id: ${names.join('; ')}` });
  }
  const [found] = await matchPeople(deps.engineDeps, [text], {
    pages: eachWaiting(deps.engineDeps.store, name),
    match: target.definition?.match ?? [],
    being: 'a known person',
    list: toOwnCommand('list', name, '--parked'),
  });
  return found?.id ?? text;
}

async function* eachWaiting(store: OutboundStore, target: TargetName): AsyncIterable<readonly Delivery[]> {
  for (let before: number | undefined; ;) {
    const page = await store.outbox.list(target, ['parked', 'queued', 'unclear'], atOnce, before);
    if (page.length > 0) yield page;
    if (page.length < atOnce) return;
    before = page.at(-1)?.id;
  }
}
