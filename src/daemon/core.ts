// The core of the daemon without listeners: store, engine, admin API and files.
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { AdminApi } from '../admin/api.ts';
import { createAuth, type Auth } from '../auth/create-auth.ts';
import { showListen } from '../config/address.ts';
import { findCollisions } from '../config/collisions.ts';
import { compareDefinitions } from '../config/compare-definitions.ts';
import { sourceConfig, type DaemonConfig } from '../config/daemon-config.ts';
import { thisMachine } from '../config/machine.ts';
import type { Site } from '../config/site.ts';
import type { Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import type { Logger } from '../domain/logger.ts';
import type { TargetDefinition } from '../domain/target.ts';
import { drivers } from '../drivers/registry.ts';
import { workFoldersIn } from '../drivers/work-folders.ts';
import { Commands } from '../engine/commands.ts';
import type { EngineDeps } from '../engine/deps.ts';
import { Engine } from '../engine/engine.ts';
import type { PreparedExamination } from '../engine/examine-target.ts';
import { EventLoopScheduler } from '../engine/event-loop-scheduler.ts';
import { DefinitionCompiler } from '../mapping/definition-compiler.ts';
import { replanAfterRestore } from '../engine/replan-after-restore.ts';
import { createAdminApi } from '../http/admin/handlers/create-admin-api.ts';
import type { Stores } from '../store/sqlite/open.ts';
import { connect, examine } from './connections.ts';
import type { SiteFolders } from './folders.ts';
import { keepLastGood } from './last-good.ts';
import { readCheckedSite, toCheckReport } from './read-site.ts';
import { SiteInForce } from './site-in-force.ts';
import { StorePair } from './store-pair.ts';

/** How often a store that could not be written at the start is tried again: every 10 seconds. */
const beginAgainMs = 10_000;

/** The parts of a {@link Core}. */
export interface CoreParts {
  readonly folders: SiteFolders;
  readonly stores: Stores;
  readonly site: Site;
  readonly clock: Clock;
  readonly log: Logger;
  /** Takes the secrets that are resolved, so that the log hides them. */
  readonly secrets: Set<string>;
}

/** The daemon without its listeners, shared by the daemon and by commands that run without one. */
export class Core {
  readonly stores: Stores;
  readonly config: DaemonConfig;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly log: Logger;
  readonly auth: Auth;
  /** True once everything is open. */
  ready = false;
  readonly #folders: SiteFolders;
  readonly #deps: EngineDeps;
  readonly #commands: Commands;
  readonly #stopping = new AbortController();
  readonly #examine: (definition: TargetDefinition) => PreparedExamination;
  readonly #site: Site;
  readonly #files: SiteInForce;
  readonly #pair: StorePair;
  #cancelBegin: (() => void) | undefined;

  constructor({ folders, stores, site, clock, log, secrets }: CoreParts) {
    this.#folders = folders;
    this.stores = stores;
    this.clock = clock;
    this.log = log;
    this.config = site.daemon;
    this.#site = site;
    const { config } = this;
    const context = { dataDir: folders.dataDir, clock, log, secrets, keepFiles: config.keep.files };
    const { staging, reader, outbound: store } = stores;
    this.#deps = {
      store,
      staging: reader,
      inbound: staging,
      fence: 1,
      clock,
      random: Math.random,
      log,
      scheduler: new EventLoopScheduler(() => performance.now()),
      compiler: new DefinitionCompiler(config.attributes),
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
    this.#files = new SiteInForce({ configDir: folders.configDir, config, store, engine: this.engine, clock, log });
    this.#pair = new StorePair({ stores, clock, log, newMark: randomUUID });
    this.auth = createAuth({
      store: staging,
      clock,
      log,
      randomBytes,
      trusts: config.sources,
      silentMs: (source) => sourceConfig(config, source).silentMs,
    });
  }

  /** Takes the files, runs the Targets and watches the files. While the store cannot be written, it only answers reads. */
  async begin(): Promise<void> {
    this.#files.report(this.#site);
    if (this.readOnly === undefined) {
      await keepLastGood(this.stores.staging, this.#site);
      await this.#files.sync('all');
      const fault = await this.#pair.findFault();
      if (fault !== undefined) await replanAfterRestore(this.#deps, fault);
      await this.#pair.keepMarked();
      await this.engine.start();
      return this.#files.watch();
    }
    const { clock, log } = this.#deps;
    this.#cancelBegin = clock.wakeAt(new Date(clock.now().getTime() + beginAgainMs), () => {
      this.begin().catch((error: unknown) => log.error({ reason: messageOf(error) }, 'targets could not be started'));
    });
  }

  /** What keeps a store from being written, as a sentence; `undefined` when nothing does. */
  get readOnly(): string | undefined {
    return this.stores.staging.readOnly() ?? this.stores.outbound.readOnly();
  }

  /** Problems of the files and the store, as sentences without personal data. */
  get problems(): readonly string[] {
    const broken = this.#files.problems.filter((problem) => problem.level === 'problem');
    return broken.map(({ file, path, message }) => `${basename(file)}: ${path === '' ? '' : `${path}: `}${message}`);
  }

  /** The tenant URL for the Entra portal. Without `publicUrl` it is the address of the listener. */
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
      readFiles: () => this.#files.read(),
      syncDefinitions: (gone = []) => this.#files.sync(gone),
      examine: this.#examine,
      stopping: this.#stopping.signal,
      compare: (applied, fileDefinition) => {
        const { waiting, sameSystem } = compareDefinitions(applied, fileDefinition);
        return { waiting, otherSystem: !sameSystem };
      },
      check: async () => toCheckReport(readCheckedSite(this.#folders.configDir, this.config), running ? 'daemon' : 'this process'),
      findCollision: (fileDefinition, inForce) =>
        findCollisions([fileDefinition], inForce, drivers, thisMachine()).find(({ level }) => level === 'problem'),
      tenantUrl,
      version: readVersion(),
      running,
    });
  }

  /** Releases waiting requests, so that the listeners can close. */
  letGo(): void {
    this.auth.loginThrottle.releaseAll();
    this.#stopping.abort();
  }

  async close(): Promise<void> {
    this.ready = false;
    this.letGo();
    this.#cancelBegin?.();
    this.#pair.stop();
    await this.#files.stop();
    await this.engine.stop();
    await this.stores.close();
  }
}

/** The manifest lies beside `src` in a checkout and beside `dist` in a release. */
function readVersion(): string {
  return (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly version: string }).version;
}
