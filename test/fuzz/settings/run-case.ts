import Database from 'better-sqlite3';
import { request } from 'node:http';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { findSocketPath } from '../../../src/admin/socket-path.ts';
import { startDaemon, type Daemon } from '../../../src/app.ts';
import { DaemonError } from '../../../src/domain/errors.ts';
import { type Logger, silentLogger } from '../../../src/domain/logger.ts';
import { newTarget } from '../../../src/outbound/engine/definition/sync-definitions.ts';
import { openJoined } from '../../support/stores.ts';
import { systemClock } from '../../../src/system-clock.ts';
import { makeCase, type SettingsCase } from './make-case.ts';

/** Max wait for a start or a response. */
const patienceMs = 20_000;

/** A folder in which cases run one after the other, with a store that contains people. */
export class SettingsBench {
  readonly #root: string;
  readonly #template: string;
  readonly #person: string;
  #runs = 0;

  private constructor(root: string, template: string, person: string) {
    this.#root = root;
    this.#template = template;
    this.#person = person;
  }

  static async open(): Promise<SettingsBench> {
    const root = await mkdtemp(join(tmpdir(), 'vestibule-settings-'));
    const template = join(root, 'template');
    await mkdir(template);
    const store = await openJoined({ folder: template, clock: systemClock, log: silentLogger });
    const { users, groups } = store.of('default');
    const by = { at: new Date(), request: 'r' };
    const people = [];
    for (const name of ['anna', 'bert', 'cleo']) {
      const user = { userName: `${name}@x.test`, displayName: name, active: name !== 'cleo', emails: [{ value: `${name}@x.test` }] };
      people.push(await users.create(user, by));
    }
    await groups.create(
      { displayName: 'Hosts' },
      people.map(({ id }) => ({ value: id })),
      by,
    );
    for (const name of ['gate', 'lobby', 'gone'])
      await store.engine(1).changeTarget(name, () => newTarget(name, by.at), { at: by.at, by: 'fuzz', what: 'draft', detail: '' });
    await store.close();
    return new SettingsBench(root, template, people[0]?.id ?? '');
  }

  async close(): Promise<void> {
    await rm(this.#root, { recursive: true, force: true });
  }

  /** Runs a case and returns its problems, in sentences; empty when every request was answered. */
  async run(seed: number, index: number): Promise<readonly string[]> {
    this.#runs += 1;
    const folder = join(this.#root, String(this.#runs));
    const drop = join(folder, 'drop');
    await mkdir(drop, { recursive: true });
    const made = makeCase(seed, index, { drop, program: '/bin/true' });
    await writeFiles(join(folder, 'config'), made.files);
    await cp(this.#template, join(folder, 'data'), { recursive: true });
    putApplied(join(folder, 'data', 'outbound.db'), made.applied);
    try {
      return await this.#play(folder, made, index);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #play(folder: string, made: SettingsCase, index: number): Promise<readonly string[]> {
    const problems: string[] = [];
    const log = noteFailures(problems);
    const folders = { configDir: join(folder, 'config'), dataDir: join(folder, 'data') };
    let daemon: Daemon;
    try {
      daemon = await inTime('start', startDaemon({ ...folders, listen: '127.0.0.1:0', adminListen: '127.0.0.1:0' }, { log }));
    } catch (error) {
      // The daemon may refuse to start for one reason only: a listener with an invalid certificate in vestibule.yaml.
      const excused =
        error instanceof DaemonError && error.code === 'listen' && error.hint !== undefined && made.files.has('vestibule.yaml');
      return excused ? [] : [`the daemon did not start: ${error instanceof Error ? error.stack : String(error)}`];
    }
    try {
      const socket = (await findSocketPath(folders.dataDir, process.platform)) ?? '';
      // Every call reads all files again, so one Target per call is enough.
      const name = ['gate', 'lobby', 'gone', 'desk'][index % 4];
      const paths = ['/api/status', `/api/targets/${name}/plan`, `/api/why?person=${index % 5 === 0 ? 'nobody' : this.#person}`];
      for (const path of paths) problems.push(...(await checkAnswer(path, ask({ socketPath: socket, path }))));
      const port = Number(daemon.listens.split(':').at(-1));
      problems.push(...(await checkAnswer('/readyz', ask({ host: '127.0.0.1', port, path: '/readyz' }), [200])));
      const path = `/api/targets/${name}/pause`;
      problems.push(...(await checkAnswer(path, ask({ socketPath: socket, path, method: 'POST' }, { by: 'fuzz' }))));
    } catch (error) {
      problems.push(String(error));
    } finally {
      await inTime('stop', daemon.stop()).catch((error: unknown) => problems.push(String(error)));
    }
    return problems;
  }
}

interface Reply {
  readonly status: number;
  readonly body: string;
}

async function checkAnswer(what: string, asked: Promise<Reply>, only?: readonly number[]): Promise<readonly string[]> {
  const { status, body } = await inTime(what, asked);
  const good = only === undefined ? status < 500 : only.includes(status);
  return good ? [] : [`${what} answered ${status}: ${body.slice(0, 500)}`];
}

function ask(
  where: { readonly socketPath?: string; readonly host?: string; readonly port?: number; readonly path: string; readonly method?: string },
  body?: object,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request({ ...where, headers: { 'content-type': 'application/json' } }, (answer) => {
      text(answer).then((said) => resolve({ status: answer.statusCode ?? 0, body: said }), reject);
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function inTime<T>(what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} hung for ${patienceMs} ms`)), patienceMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Log lines about a bug that was caused by a request. A failed cycle of a Target is not a bug. */
function noteFailures(problems: string[]): Logger {
  const log: Logger = {
    ...silentLogger,
    error: (fields, message) => {
      const { error } = fields;
      if (message === 'admin request failed') problems.push(`${message}: ${error instanceof Error ? error.stack : String(error)}`);
    },
    child: () => log,
  };
  return log;
}

async function writeFiles(config: string, files: SettingsCase['files']): Promise<void> {
  for (const [name, content] of files) {
    const file = join(config, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

function putApplied(file: string, applied: SettingsCase['applied']): void {
  const database = new Database(file);
  const put = database.prepare(
    'update targets set definition = ?, definition_hash = ?, applied_at = 1, state = ?, live_when_quiet = ? where name = ?',
  );
  for (const [name, { definition, state, liveWhenQuiet }] of applied) put.run(definition, 'x', state, Number(liveWhenQuiet), name);
  database.close();
}
