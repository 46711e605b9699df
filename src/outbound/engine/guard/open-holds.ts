// Selects the open holds to which a command applies.
import { toOwnCommand } from '../../../domain/own-command.ts';
import type { Hold } from '../../../domain/delivery.ts';
import { CommandRefused } from '../../../domain/errors.ts';
import type { TargetName } from '../../../domain/ids.ts';

/**
 * The open holds of a Target, or the one with this number. Never empty.
 * @throws {CommandRefused} if nothing is on hold, or that hold is not open.
 */
export function chooseOpenHolds(holds: readonly Hold[], name: TargetName, number: number | undefined): readonly Hold[] {
  const open = holds.filter((one) => one.open > 0);
  if (open.length === 0) throw new CommandRefused(`nothing is on hold at ${name}`, { hint: `see: ${toOwnCommand('status')}` });
  const chosen = open.filter((one) => number === undefined || one.number === number);
  if (chosen.length > 0) return chosen;
  throw new CommandRefused(`hold ${number} of ${name} is not open`, { hint: `open holds: ${open.map((one) => one.number).join(', ')}` });
}
