// Defines the steps of the command `test` for a script Target.
import { basename } from 'node:path';
import type { DriverDeps, Examination, ExaminationStep, Examined, Found } from '../driver.ts';
import { checkMadeUpLookUp, checkPage, notAvailable } from '../examination.ts';
import { impossibleLookUp } from '../impossible-look-up.ts';
import { asUnavailable, connectOver, openSession, readFound } from './connection.ts';
import type { ScriptSettings } from './settings.ts';

/** The steps of `test` for a script. They start it in a separate process, and call only `probe`, `find` and `list`. */
export function examineScript(settings: ScriptSettings, deps: DriverDeps): Examination {
  const session = openSession(settings, deps);
  const connection = connectOver(session, settings, deps, 'read');
  const { match } = deps.definition;
  const asks = new Set(settings.asks);
  const program = basename(settings.command[0] ?? '');

  async function start(signal: AbortSignal): Promise<Examined> {
    await session.start(signal);
    if (asks.has('probe') || asks.has('find')) return { message: `${program} was started` };
    await connection.probe(signal);
    return { message: `${program} was started and keeps running` };
  }

  async function signIn(signal: AbortSignal): Promise<Examined> {
    await connection.probe(signal);
    return { message: `The script answers ${asks.has('probe') ? 'probe' : 'find for a made-up person'}` };
  }

  async function lookUp(signal: AbortSignal): Promise<Examined> {
    const found = await connection.find!(impossibleLookUp(match.flat()), signal);
    return checkMadeUpLookUp(found.length, 'The script');
  }

  async function readPage(signal: AbortSignal): Promise<Examined> {
    return checkPage(
      'The script',
      await readFirstAnswer(signal),
      match,
      'Return the match fields in record, with the names from the mapping.',
    );
  }

  /** Resolves with the first result of the list. A long list has several; the rest is not awaited, and the script is ended on `close`. */
  function readFirstAnswer(signal: AbortSignal): Promise<readonly Found[]> {
    return new Promise((resolve, reject) => {
      const take = (result: Parameters<typeof readFound>[0]) => resolve(readFound(result));
      asUnavailable(session.ask({ do: 'list', items: [{ n: 1 }] }, { signal, take })).catch(reject);
    });
  }

  const steps: readonly ExaminationStep[] = [
    { step: 'start', needed: true, run: start },
    asks.has('probe') || asks.has('find')
      ? { step: 'signIn', needed: true, run: signIn }
      : notAvailable('signIn', 'Neither probe nor find is listed under asks in the connector'),
    asks.has('find')
      ? { step: 'find', needed: false, run: lookUp }
      : notAvailable('find', 'find is not listed under asks in the connector'),
    asks.has('list')
      ? { step: 'list', needed: false, run: readPage }
      : notAvailable('list', 'list is not listed under asks in the connector'),
  ];
  return { steps, output: () => session.lastErrors, close: () => connection.close() };
}
