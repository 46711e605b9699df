// Defines the steps of the command `test` for a rest Target.
import { TargetUnavailable } from '../../../domain/errors.ts';
import { connectStep } from '../examine-network.ts';
import { checkMadeUpLookUp, checkPage, notAvailable } from '../examination.ts';
import type { DriverDeps, Examination, ExaminationStep, Examined } from '../driver.ts';
import { openHttpClient } from '../http-client.ts';
import { NotAnswered } from '../http-failure.ts';
import { toReason, type Reply } from '../http-reply.ts';
import { impossibleRecord } from '../impossible-look-up.ts';
import { compileLookUp, type Item, type LookUp } from './calls.ts';
import { openRestConnection } from './connection.ts';
import { compileCondition } from './expressions.ts';
import { eachPage } from './look-up-pages.ts';
import { findCalls, type RestSettings } from './settings.ts';
import type { Inserts } from './template.ts';

/** The steps of `test` for a REST Target. They send only GET requests. */
export function examineRest(settings: RestSettings, deps: DriverDeps): Examination {
  const connection = openRestConnection(settings, deps, 'read');
  const { values = {} } = deps;
  const names = Object.keys(values);
  const client = openHttpClient(settings, deps);
  const finds = findCalls(settings).map((call) => compileLookUp(call, names));
  const none = settings.replies.none === undefined ? () => false : compileCondition(settings.replies.none);
  const { match } = deps.definition;

  /** Reads the records of the first page only. */
  async function readFirstPage(
    look: LookUp,
    inserts: Inserts,
    { meansNone = () => false, accept = () => undefined }: PageRules,
    signal: AbortSignal,
  ): Promise<readonly Item[]> {
    const ask = async (request: Parameters<typeof client.send>[0]): Promise<Reply> => {
      const reply = await client.send(request, signal).catch((error: unknown) => {
        throw error instanceof NotAnswered ? error.toUnavailable() : error;
      });
      accept(reply);
      return reply;
    };
    const pages = eachPage(look, { ...inserts, values }, ask, { now: () => deps.clock.now(), meansNone }, signal);
    const first = await pages.next();
    await pages.return();
    return first.value ?? [];
  }

  async function signIn(signal: AbortSignal): Promise<Examined> {
    await connection.probe(signal);
    const call = settings.probe?.get ?? finds[0]?.template.text;
    const how = settings.auth === undefined ? 'without credentials: settings.auth is not set' : 'with the configured credentials';
    if (call !== undefined) return { message: `GET ${call} succeeds ${how}` };
    return {
      message: `GET / succeeds ${how}, but may not require credentials`,
      hint: 'Add probe to the connector: a harmless GET that needs the credentials.',
    };
  }

  async function lookUp(signal: AbortSignal): Promise<Examined> {
    const calls = finds.map(({ template }) => `GET ${template.text}`).join(' and ');
    for (const look of finds) {
      const record = impossibleRecord([...match.flat(), ...look.template.fields]);
      try {
        const found = await readFirstPage(look, { record }, { meansNone: none, accept: assertStored }, signal);
        checkMadeUpLookUp(found.length, `GET ${look.template.text}`);
      } catch (error) {
        if (error instanceof MadeUpValueRejected) return { message: error.message, notAvailable: true };
        throw error;
      }
    }
    return checkMadeUpLookUp(0, calls);
  }

  async function readPage(signal: AbortSignal): Promise<Examined> {
    const look = compileLookUp(settings.list!, names);
    const records = await readFirstPage(look, { record: {} }, {}, signal);
    return checkPage(`GET ${look.template.text}`, records, match, 'Declare these fields under list.fields in the connector.');
  }

  const asks = (...calls: readonly string[]) => calls.map((call) => `GET ${client.tellAddress(call)}`);
  const lookUps = finds.map(({ template }) => template.text);
  const { list } = settings;
  const steps: readonly ExaminationStep[] = [
    connectStep(settings, deps),
    { step: 'signIn', needed: true, asks: asks(settings.probe?.get ?? lookUps[0] ?? '/'), run: signIn },
    finds.length > 0
      ? { step: 'find', needed: false, asks: asks(...lookUps), run: lookUp }
      : notAvailable('find', 'The connector has no find'),
    list === undefined
      ? notAvailable('list', 'The connector has no list')
      : { step: 'list', needed: false, asks: asks(list.get), run: readPage },
  ];
  return {
    steps,
    close: async () => {
      client.close();
      await connection.close();
    },
  };
}

interface PageRules {
  readonly meansNone?: (reply: Reply) => boolean;
  /** Checks a reply that requires a different check than the usual one, and throws if it is a failure. */
  readonly accept?: (reply: Reply) => void;
}

/** The product rejects the made-up values, so its reply to real values is still unknown. */
class MadeUpValueRejected extends TargetUnavailable {}

function assertStored(reply: Reply): void {
  if (reply.status !== 400 && reply.status !== 422) return;
  throw new MadeUpValueRejected(`The product rejects the made-up value, so the look-up remains untested: ${toReason(reply)}`);
}
