import type { AdminApi } from '../admin/api.ts';
import { CommandRefused } from '../domain/errors.ts';
import { count, withoutControls } from './output/words.ts';

/** What a person is about to decide on: the sentences of a Target's open holds, or of the one that is named. @throws {CommandRefused} */
export async function describeHolds(api: AdminApi, target: string, hold: number | undefined): Promise<string> {
  const { targets } = withoutControls(await api.status());
  const found = targets.find(({ name }) => name === target);
  if (found === undefined) throw new CommandRefused(`there is no target ${JSON.stringify(target)}`, { hint: 'see: vestibule status' });
  const open = found.holds.filter(({ number, open: left }) => left > 0 && (hold === undefined || number === hold));
  if (open.length === 0) {
    const which = hold === undefined ? 'nothing' : `nothing under hold ${hold}`;
    throw new CommandRefused(`the Guard keeps ${which} for ${target}`, { hint: 'see: vestibule status' });
  }
  return open.map(({ number, what, open: left, why }) => `hold ${number}: ${count(left, what.slice(0, -1), what)} (${why})`).join('\n');
}
