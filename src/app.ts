import { hash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AdminApi, CheckReport } from './admin/api.ts';
import { createAuth, type Auth } from './auth/auth.ts';
import { watchExpiry } from './auth/expiring.ts';
import { isLoopback, showListen, type ListenAddress } from './config/address.ts';
import { checkSite } from './config/check-site.ts';
import { findCollisions } from './config/collisions.ts';
import { compareDefinitions, overlayAtOnce } from './config/compare.ts';
import { toExtensions } from './config/custom-attributes.ts';
import { defaultDaemonConfig, sourceConfig, withListenWishes, type DaemonConfig } from './config/daemon-config.ts';
import { thisMachine } from './config/machine.ts';
import { toDestination } from './config/destination.ts';
import { resolveDefinition } from './config/secrets.ts';
import { readSite, type Site } from './config/site.ts';
import { makePrivateFile, prepareDataFolder } from './data-folder.ts';
import { ConfigProblems, DaemonError, TargetRefused, type Problem } from './domain/errors.ts';
import { silentLogger, type Logger } from './domain/logger.ts';
import type { TargetDefinition } from './domain/target.ts';
import type { Connection } from './drivers/driver.ts';
import { drivers, openConnection, openExamination } from './drivers/registry.ts';
import { workFoldersIn } from './drivers/work-folders.ts';
import { withoutSecret } from './drivers/without-secret.ts';
import { Commands } from './engine/commands.ts';
import type { EngineDeps } from './engine/deps.ts';
import { Engine } from './engine/engine.ts';
import type { PreparedExamination } from './engine/examine-target.ts';
import { Pace } from './engine/pace.ts';
import { createAdminApp } from './http/admin/app.ts';
import { listenOnSocket } from './http/admin/listen-on-socket.ts';
import { createAdminApi } from './http/admin/handlers/handlers.ts';
import type { SiteFiles } from './http/admin/handlers/deps.ts';
import { Proxies } from './http/proxies.ts';
import { createScimApp } from './http/scim/app.ts';
import { defaultScimSettings } from './http/scim/deps.ts';
import type { KnownConnections } from './http/limits/connections.ts';
import { defaultLimits } from './http/limits/limits.ts';
import { listen, type Listening } from './http/server.ts';
import { createLogger } from './log.ts';
import { compileSchemas } from './scim/schema/compile.ts';
import { UndeclaredAttributes } from './staging/undeclared-attributes.ts';
import { watchWrites } from './staging/watch-writes.ts';
import { openSqliteStore } from './store/sqlite/open.ts';
import type { Store } from './store/store.ts';
import { systemClock } from './system-clock.ts';

/** Where a daemon finds its files and keeps its data. */
export interface SiteFolders {
  readonly configDir: string;
  readonly dataDir: string;
}

/** What `start` was told; a missing part is what `vestibule.yaml` says, or its default. */
export interface StartOptions extends SiteFolders {
  /** HOST:PORT of the SCIM listener. */
  readonly listen?: string;
  readonly adminListen?: string;
  readonly plainHttp?: 'behindProxy';
}

const shippedConnectors = fileURLToPath(new URL('../connectors', import.meta.url));

/** How often a store that could not be written at the start is tried again: every 10 seconds. */
const beginAgainMs = 10_000;

/** The note that keeps the last good `vestibule.yaml`, as it was understood. */
const lastGoodNote = 'vestibule.yaml';

/** A daemon that serves. */
export interface Daemon {
  /** Tenant URL for the Entra portal. */
  readonly scimUrl: string;
  /** Where the SCIM listener is, as HOST:PORT. */
  readonly listens: string;
  /** Where a first token was left, to be read once; only at the start that made it. */
  readonly firstToken?: { readonly file: string };
  /** The Sources that `vestibule.yaml` names; `default` when it names none. */
  readonly sources: readonly string[];
  /** Ends what is in progress and closes the store. Harmless when called twice. */
  stop(): Promise<void>;
}

/** Every problem of the site's files, by this process; reads nothing else, and resolves secrets only to tell which are not there. */
export async function checkSiteFiles({ configDir }: Pick<SiteFolders, 'configDir'>): Promise<CheckReport> {
  return toCheckReport(readCheckedSite(configDir), 'this process');
}

/** A folder that is not there is fine for a first start, and a slip where somebody asks what its files say. */
function toCheckReport({ problems, read, wishes }: Site, by: CheckReport['read']['by']): CheckReport {
  if (existsSync(read.folder)) return { problems, read: { ...read, by }, destinations: [...wishes.values()].map(toDestination) };
  const missing: Problem = {
    file: read.folder,
    path: '',
    message: 'there is no such folder',
    hint: 'create it, or name the configuration folder: --config DIR (or VESTIBULE_CONFIG)',
    level: 'problem',
  };
  return { problems: [missing], read: { ...read, by }, destinations: [] };
}

/** The handlers of the admin API in this process, and whether their store was made for it. Takes the store's lock until `close`. */
export interface OpenedAdmin {
  readonly api: AdminApi;
  readonly madeStore: boolean;
  close(): Promise<void>;
}

/**
 * The handlers of the admin API in this process, for a command without a daemon. Only with `mayMakeStore` is a store made where there is
 * none: a mistyped folder must not look like an empty site.
 * @throws {DaemonError} `noStore` otherwise.
 */
export async function openAdmin(
  folders: SiteFolders,
  { mayMakeStore = false }: { readonly mayMakeStore?: boolean } = {},
): Promise<OpenedAdmin> {
  const madeStore = await isMissing(storeFile(folders));
  if (madeStore && !mayMakeStore) {
    throw new DaemonError('noStore', `there is no store in ${folders.dataDir}, and no daemon runs there`, {
      hint: 'say where they are: --data DIR (or VESTIBULE_DATA); the first start makes a store: vestibule start',
    });
  }
  const secrets = new Set<string>();
  const core = await openCore(folders, silentLogger, secrets);
  return { api: core.openApi(core.tenantUrl(), false), madeStore, close: () => core.close() };
}

/**
 * Starts a daemon: opens the store, serves SCIM and the admin socket, runs every Target. A broken file never stops it: what was last
 * applied, or last good, stays in force, and `status`, `/readyz` and the log say so. Without a `logger` it writes JSON lines to standard
 * output, with secrets redacted.
 * @throws {ConfigProblems} when the command line's own wishes cannot be met; {StoreError} when the data folder is in use.
 */
export async function startDaemon(options: StartOptions, logger?: Logger): Promise<Daemon> {
  const secrets = new Set<string>();
  const log = logger ?? createLogger({ level: 'info', secrets: () => [...secrets] });
  const core = await openCore(options, log, secrets);
  try {
    return await serve(core, options, log);
  } catch (error) {
    await core.close();
    throw error;
  }
}

async function serve(core: Core, options: StartOptions, log: Logger): Promise<Daemon> {
  if (!existsSync(options.configDir)) {
    log.warn({ folder: options.configDir }, 'no configuration folder: using defaults, without targets');
  }
  const wished = withListenWishes(core.config, options);
  if (wished.problems.some((problem) => problem.level === 'problem')) throw new ConfigProblems(wished.problems);
  for (const { path, message, hint } of wished.problems) log.warn({ path, hint, warning: message }, 'the listeners have a weakness');
  const { scim, admin } = wished.config;
  let stopping = false;
  const scimServer = await listenForScim(core, scim, log, () => stopping);
  const tenantUrl = core.tenantUrl(scimServer.port);
  const api = core.openApi(tenantUrl, true);
  const socket = await warnInstead(log, 'the admin socket cannot be opened', () =>
    listenOnSocket(createAdminApp(api, { log, trust: 'socket' }), options.dataDir),
  );
  const { listen: adminListen } = admin;
  const adminServer =
    adminListen && (await warnInstead(log, 'the admin listener cannot be opened', () => listenForAdmin(api, adminListen, log)));
  const closeListeners = () => Promise.all([scimServer.close(), adminServer?.close(), socket?.close()]);
  const firstToken = await core
    .begin()
    .then(() => makeFirstToken(core, options.dataDir))
    .catch(async (error: unknown) => {
      await closeListeners();
      throw error;
    });
  core.ready = true;
  const stopWatching = watchExpiry({ tokens: core.auth.tokens, clock: systemClock, log });
  const shown = ({ address, port }: Listening) => showListen({ host: address, port });
  log.info({ listen: shown(scimServer), ...(adminServer && { adminListen: shown(adminServer) }), tenantUrl }, 'serving');
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    stopping = true;
    core.letGo();
    stopWatching();
    await closeListeners();
    await core.close();
    log.info({}, 'stopped');
  };
  return {
    scimUrl: tenantUrl,
    listens: shown(scimServer),
    ...(firstToken !== undefined && { firstToken }),
    sources: Object.keys(core.config.sources),
    stop: () => (stopped ??= stop()),
  };
}

async function listenForScim(core: Core, scim: DaemonConfig['scim'], log: Logger, stopping: () => boolean): Promise<Listening> {
  const { store, config, engine, auth } = core;
  const known: KnownConnections = new WeakSet();
  const app = createScimApp({
    known,
    store: watchWrites(store, () => engine.changed()),
    schemas: compileSchemas(toExtensions(config.attributes)),
    auth,
    clock: systemClock,
    log,
    undeclared: new UndeclaredAttributes({ clock: systemClock, log }),
    settings: {
      ...defaultScimSettings,
      ...(config.publicUrl !== undefined && { publicUrl: config.publicUrl }),
      proxies: new Proxies(scim.trustedProxies),
      allowedOrigins: scim.allowedOrigins,
    },
    ready: () => {
      const readOnly = store.readOnly();
      // A key server that fails is no reason to send clients away: tokens of our own go on.
      const problems = [...(readOnly === undefined ? [] : [readOnly]), ...core.problems, ...auth.troubles()];
      return { ok: core.ready && !stopping() && readOnly === undefined, problems };
    },
  });
  const tls = scim.tls && { cert: await readPem(scim.tls.cert), key: await readPem(scim.tls.key) };
  try {
    const { listen: where, trustedProxies } = scim;
    return await listen(app, {
      address: where.host,
      port: where.port,
      trustedProxies,
      known,
      log,
      ...(tls !== undefined && { tls }),
      ...(isBehindUnnamedProxy(scim) && { limits: { connectionsPerAddress: defaultLimits.connections } }),
    });
  } catch (error) {
    throw new DaemonError(
      'listen',
      `cannot listen on ${showListen(scim.listen)}: ${error instanceof Error ? error.message : String(error)}`,
      {
        hint: 'stop what listens there, or say another address: start --listen HOST:PORT',
        cause: error,
      },
    );
  }
}

/** @throws {DaemonError} `listen`: without its certificate the listener would have to answer unencrypted. */
function readPem(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    const message = `cannot serve HTTPS: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new DaemonError('listen', message, { hint: 'correct server.scim.tls in vestibule.yaml, or create the file', cause });
  });
}

/** Then everybody comes from one address, and a limit for each address would let one client keep the others out. */
function isBehindUnnamedProxy({ listen: where, plainHttp, trustedProxies }: DaemonConfig['scim']): boolean {
  return trustedProxies.length === 0 && (plainHttp !== undefined || isLoopback(where));
}

function listenForAdmin(api: AdminApi, address: ListenAddress, log: Logger): Promise<Listening> {
  const app = createAdminApp(api, { log, trust: { names: [address.host] } });
  return listen(app, { address: address.host, port: address.port });
}

/** A listener that others can do without: that it fails is a warning, never an exit. */
async function warnInstead<T>(log: Logger, message: string, open: () => Promise<T>): Promise<T | undefined> {
  try {
    return await open();
  } catch (error) {
    log.warn({ reason: error instanceof Error ? error.message : String(error) }, message);
    return undefined;
  }
}

/** The very first start leaves a token to be read once, so that Entra can be connected without another command. */
async function makeFirstToken(core: Core, dataDir: string): Promise<{ readonly file: string } | undefined> {
  const [source, ...others] = Object.keys(core.config.sources);
  // With several Sources nobody can tell whose the first one would be.
  if (source === undefined || others.length > 0 || core.store.readOnly() !== undefined) return undefined;
  if ((await core.auth.tokens.list()).length > 0) return undefined;
  const { text } = await core.auth.tokens.create({ label: 'first', source });
  const file = join(dataDir, 'first-token');
  await writeFile(file, `${text}\n`, { mode: 0o600 });
  return { file };
}

function readCheckedSite(configDir: string, fallback?: DaemonConfig): Site {
  return checkSite(readSite(configDir, shippedConnectors, { ...(fallback !== undefined && { fallback }) }), drivers);
}

/** Everything but the listeners: what a daemon and a command without one have in common. */
class Core {
  readonly store: Store;
  readonly config: DaemonConfig;
  readonly engine: Engine;
  readonly auth: Auth;
  /** True once everything is open. */
  ready = false;
  #problems: readonly Problem[] = [];
  readonly #folders: SiteFolders;
  readonly #deps: EngineDeps;
  readonly #commands: Commands;
  readonly #stopping = new AbortController();
  readonly #examine: (definition: TargetDefinition) => PreparedExamination;
  /** Of the secrets that each Target was last opened with. */
  readonly #secretDigests = new Map<string, string>();
  #cancelBegin: (() => void) | undefined;

  constructor(folders: SiteFolders, store: Store, site: Site, log: Logger, secrets: Set<string>) {
    this.#folders = folders;
    this.store = store;
    this.config = site.daemon;
    this.#problems = site.problems;
    const { config } = this;
    const context = { dataDir: folders.dataDir, log, secrets, keepFiles: config.keep.files };
    this.#deps = {
      store,
      fence: 1,
      clock: systemClock,
      random: Math.random,
      log,
      pace: new Pace(() => performance.now()),
      attributes: config.attributes,
      timing: {
        settleMs: config.settleMs,
        quietMs: (source) => sourceConfig(config, source).quietMs,
        silentMs: (source) => sourceConfig(config, source).silentMs,
        keepJournalMs: config.keep.journalMs,
      },
      connect: (definition, access) => connect(definition, access, context),
      folders: workFoldersIn(folders.dataDir),
    };
    this.#examine = (definition) => examine(definition, context);
    this.engine = new Engine(this.#deps);
    this.#commands = new Commands(this.#deps, this.engine);
    this.auth = createAuth({
      store,
      clock: systemClock,
      log,
      randomBytes,
      trusts: config.sources,
      silentMs: (source) => sourceConfig(config, source).silentMs,
    });
  }

  /** Takes the files and runs the Targets. A store that cannot be written only answers until it can. */
  async begin(): Promise<void> {
    if (this.store.readOnly() === undefined) {
      await this.takeFiles();
      return this.engine.start();
    }
    const { clock, log } = this.#deps;
    this.#cancelBegin = clock.wakeAt(new Date(clock.now().getTime() + beginAgainMs), () => {
      this.begin().catch((error: unknown) => log.error({ reason: String(error) }, 'the targets cannot be run'));
    });
  }

  /** What is wrong with the files and the store, in sentences without names of people. */
  get problems(): readonly string[] {
    const broken = this.#problems.filter((problem) => problem.level === 'problem');
    return broken.map(({ file, path, message }) => `${basename(file)}: ${path === '' ? '' : `${path}: `}${message}`);
  }

  /** What goes into the Entra portal. Without `publicUrl` it is where we listen. */
  tenantUrl(port = this.config.scim.listen.port): string {
    const { publicUrl, scim } = this.config;
    return `${publicUrl ?? `${scim.tls === undefined ? 'http' : 'https'}://${showListen({ ...scim.listen, port })}`}/scim`;
  }

  openApi(tenantUrl: string, running: boolean): AdminApi {
    return createAdminApi({
      engineDeps: this.#deps,
      engine: this.engine,
      commands: this.#commands,
      tokens: this.auth.tokens,
      troubles: () => this.auth.troubles(),
      sourceNames: Object.keys(this.config.sources),
      readFiles: () => this.takeFiles(),
      lookAtFiles: () => readCheckedSite(this.#folders.configDir, this.config),
      examine: this.#examine,
      stopping: this.#stopping.signal,
      compare: (applied, wish) => {
        const { waiting, sameSystem } = compareDefinitions(applied, wish);
        return { waiting, otherSystem: !sameSystem };
      },
      check: async () => toCheckReport(readCheckedSite(this.#folders.configDir, this.config), running ? 'daemon' : 'this process'),
      findCollision: (wish, inForce) => findCollisions([wish], inForce, drivers, thisMachine()).find(({ level }) => level === 'problem'),
      tenantUrl,
      version: readVersion(),
      running,
    });
  }

  /** Reads the files again and brings the Targets in line with them. A broken file keeps what was applied. */
  async takeFiles(): Promise<SiteFiles> {
    const site = readCheckedSite(this.#folders.configDir, this.config);
    this.#problems = site.problems;
    const files = [...site.wishes].map(([name, wish]) => ({ name, wish }));
    const broken = site.brokenTargets.map((name) => ({ name }));
    if (this.store.readOnly() === undefined) {
      await this.engine.takeFiles([...files, ...broken], overlayAtOnce);
      await this.#noticeSecrets();
    }
    return { wishes: site.wishes, problems: site.problems };
  }

  /** A secret that is another one by now is used at once: a Target that was refused is asked again. */
  async #noticeSecrets(): Promise<void> {
    for (const { name, definition } of await this.store.targets.list()) {
      if (definition === undefined) continue;
      const { secrets } = resolveDefinition(definition, thisMachine());
      const digest = hash('sha256', secrets.join('\u001f'));
      const before = this.#secretDigests.get(name);
      this.#secretDigests.set(name, digest);
      if (before !== undefined && before !== digest) await this.engine.runner(name).reopen();
    }
  }

  /** Ends what keeps requests waiting, so that the listeners can close. */
  letGo(): void {
    this.auth.slowdown.letGo();
    this.#stopping.abort();
  }

  async close(): Promise<void> {
    this.ready = false;
    this.letGo();
    this.#cancelBegin?.();
    await this.engine.stop();
    await this.store.close();
  }
}

/** A file that this user may not see is not missing: opening it says why. */
async function isMissing(file: string): Promise<boolean> {
  return stat(file).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
  );
}

function storeFile({ dataDir }: SiteFolders): string {
  return join(dataDir, 'vestibule.db');
}

async function openCore(folders: SiteFolders, log: Logger, secrets: Set<string>): Promise<Core> {
  await prepareDataFolder(folders.dataDir, log);
  const file = storeFile(folders);
  await makePrivateFile(file);
  const site = await readSiteInForce(folders.configDir, file, log);
  const store = await openStore(file, site.daemon, log);
  try {
    for (const { file, path, message } of site.problems.filter((problem) => problem.level === 'problem')) {
      log.error({ file, path, problem: message }, 'a file has problems: what was in force stays in force');
    }
    if (!site.daemonBroken && store.readOnly() === undefined) await store.notes.set(lastGoodNote, JSON.stringify(site.daemon));
    return new Core(folders, store, site, log, secrets);
  } catch (error) {
    await store.close();
    throw error;
  }
}

/**
 * The site with the daemon's configuration that is in force: a broken `vestibule.yaml` leaves the last good one. The store that keeps it
 * is opened for that alone then, and anew afterwards: with the schemas of the defaults it would know no custom attribute, and lose what
 * is sent meanwhile.
 */
async function readSiteInForce(configDir: string, file: string, log: Logger): Promise<Site> {
  const site = readCheckedSite(configDir);
  if (!site.daemonBroken) return site;
  const store = await openStore(file, site.daemon, silentLogger);
  const lastGood = await readLastGood(store, log);
  await store.close();
  if (lastGood === undefined) {
    log.error(
      { hint: 'mend the file and start again' },
      'no vestibule.yaml was ever good here: the defaults hold, and no custom attribute is kept',
    );
  }
  return readCheckedSite(configDir, lastGood);
}

function openStore(file: string, { attributes }: DaemonConfig, log: Logger): Promise<Store> {
  return openSqliteStore({ file, clock: systemClock, log, schemas: compileSchemas(toExtensions(attributes)) });
}

/** The manifest lies beside `src` in a checkout and beside `dist` in a release. */
function readVersion(): string {
  return (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { readonly version: string }).version;
}

/** A note that cannot be read, or is none of ours, counts as none: a start must not end by it. */
async function readLastGood(store: Store, log: Logger): Promise<DaemonConfig | undefined> {
  const text = await store.notes.get(lastGoodNote).catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const kept = JSON.parse(text) as DaemonConfig;
    // An older release did not know every setting.
    const usual = defaultDaemonConfig();
    return { ...usual, ...kept, scim: { ...usual.scim, ...kept.scim } };
  } catch (error) {
    log.error(
      { reason: error instanceof Error ? error.name : 'unknown' },
      'the last good vestibule.yaml that the store keeps cannot be read',
    );
    return undefined;
  }
}

/** What a Connection of this site is opened with, beside its definition. */
interface ConnectContext {
  readonly dataDir: string;
  readonly log: Logger;
  /** Takes the secrets that are resolved, so that the log hides them. */
  readonly secrets: Set<string>;
  readonly keepFiles: number;
}

/** Opens a Connection with its secrets in their places; one without all of them refuses to reach the Target. */
function connect(definition: TargetDefinition, access: 'read' | 'write', context: ConnectContext): Connection {
  const { settings, deps, missing } = resolveFor(definition, context);
  const connection = openConnection(definition, settings, deps, access);
  const [first] = missing;
  if (first === undefined) return connection;
  return withoutSecret(connection, new TargetRefused(`a secret is missing: ${first.message}`, { hint: 'set it where the daemon runs' }));
}

/** Prepares the look that `test` takes, with its secrets in their places. */
function examine(definition: TargetDefinition, context: ConnectContext): PreparedExamination {
  const { settings, deps, missing, secrets } = resolveFor(definition, context);
  return {
    examination: openExamination(definition, settings, deps),
    missing: missing.map(({ message }) => message),
    secrets: secrets.length,
  };
}

function resolveFor(definition: TargetDefinition, { dataDir, log, secrets, keepFiles }: ConnectContext) {
  const machine = thisMachine();
  const resolved = resolveDefinition(definition, machine);
  for (const secret of resolved.secrets) secrets.add(secret);
  const workFolder = workFoldersIn(dataDir).of(definition.target);
  return {
    ...resolved,
    deps: {
      log,
      clock: systemClock,
      definition,
      workFolder,
      keepFiles,
      env: (name: string) => machine.env(name),
      secrets: resolved.secrets,
    },
  };
}
