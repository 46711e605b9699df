// Handles the command `log`: the last Deliveries and commands of a Target.
import type { LogLine, LogReport } from '../../../admin/reports/log-report.ts';
import type { PersonLabel } from '../../../admin/reports/person-label.ts';
import type { Delivery } from '../../../domain/delivery.ts';
import type { JournalEntry } from '../../../store/outbound-reads.ts';
import { showCount } from '../../../domain/wording.ts';
import { describeOutcome } from '../../story/describe-outcome.ts';
import type { HandlerDeps } from './handler-deps.ts';
import { labelPeople } from './person-label.ts';
import { requireTarget } from './look-up-targets.ts';

/** Default number of lines. */
const defaultLimit = 50;

/** Number of people whose names are read at once. */
const namedAtOnce = 500;

/**
 * The last lines of a Target's log, oldest first: Deliveries and commands. A Delivery has the time of its last answer, or of its end if it
 * was superseded. One that was parked and goes on, or was parked before it was sent, also has a line with the time and reason of the parking.
 */
export async function readLog(deps: HandlerDeps, name: string, limit = defaultLimit): Promise<LogReport> {
  const { store } = deps.engineDeps;
  const target = await requireTarget(deps, name);
  const [answered, everParked, journal] = await Promise.all([
    store.outbox.answered(name, limit),
    store.outbox.everParked(name, limit),
    store.targets.journal(name, limit),
  ]);
  const parked = everParked.filter(({ state, answeredAt }) => state !== 'parked' || answeredAt === undefined);
  const labels = await labelAll(deps, target.definition?.match ?? [], [...answered, ...parked]);
  const lines = [
    ...journal.map(toCommandLine),
    ...answered.map((delivery) => toDeliveryLine(delivery, labels.get(delivery.subject.id))),
    ...parked.map((delivery) => toParkedLine(delivery, labels.get(delivery.subject.id))),
  ];
  // `toReversed` puts the oldest first. If the times are equal, a command comes after the Deliveries.
  return {
    target: name,
    lines: lines
      .toSorted((a, b) => b.at.getTime() - a.at.getTime())
      .slice(0, limit)
      .toReversed(),
  };
}

async function labelAll(
  { engineDeps }: HandlerDeps,
  match: readonly (readonly string[])[],
  deliveries: readonly Delivery[],
): Promise<ReadonlyMap<string, PersonLabel>> {
  const labels = new Map<string, PersonLabel>();
  for (let from = 0; from < deliveries.length; from += namedAtOnce) {
    for (const [id, label] of await labelPeople(engineDeps, match, deliveries.slice(from, from + namedAtOnce))) labels.set(id, label);
  }
  return labels;
}

function toDeliveryLine(delivery: Delivery, person: PersonLabel | undefined): LogLine {
  const { answeredAt, settledAt, createdAt, action, state, attempts } = delivery;
  return {
    at: (state === 'superseded' ? settledAt : undefined) ?? answeredAt ?? createdAt,
    ...(person !== undefined && { person }),
    action,
    state,
    attempts,
    outcome: describeOutcome(delivery),
  };
}

/** A parking as it was then; the number of attempts until then is not stored. */
function toParkedLine(delivery: Delivery, person: PersonLabel | undefined): LogLine {
  const { parked, createdAt, action, answer } = delivery;
  const outcome = describeOutcome({ ...delivery, state: 'parked', answer: parked?.why ?? answer });
  return { at: parked?.at ?? createdAt, ...(person !== undefined && { person }), action, state: 'parked', outcome };
}

function toCommandLine({ at, by, what, detail }: JournalEntry): LogLine {
  const told = describeDetail(detail);
  return { at, by, outcome: told === '' ? what : `${what}: ${told}` };
}

/**
 * Describes the detail of a journal entry. JSON contains counts by Action and of leaver delays (0 is omitted), and what is sent or written
 * again.
 */
function describeDetail(detail: string): string {
  if (!detail.startsWith('{')) return detail;
  const parts = Object.entries(JSON.parse(detail) as Record<string, unknown>).filter(([, value]) => value !== 0);
  return parts.length === 0 ? 'nothing to do' : parts.map(([key, value]) => describePart(key, value)).join(', ');
}

function describePart(key: string, value: unknown): string {
  const people = () => showCount(Number(value), 'person', 'people');
  switch (key) {
    case 'leaverDelaysBegin':
      return `a leaver delay begins for ${people()}`;
    case 'leaverDelaysChange':
      return `the leaver delay changes for ${people()}`;
    case 'leaverDelaysEnd':
      return `the leaver delay is cancelled for ${people()}`;
    case 'again':
      return value === 'file' ? 'the output file is written again' : 'all records are sent again';
    default:
      return `${key} ${String(value)}`;
  }
}
