// The outbound half of the daemon: the outbound store, the engine, the site's files and the admin API.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { AdminApi } from '../admin/api.ts';
import type { CheckReport } from '../admin/reports/check-report.ts';
import { findCollisions } from '../config/checks/collisions.ts';
import { compareDefinitions } from '../config/compare-definitions.ts';
import { sourceConfig, type DaemonConfig } from '../config/daemon-config.ts';
import { thisMachine } from '../config/machine.ts';
import { ProbedMachine } from '../config/probed-machine.ts';
import type { Clock } from '../domain/clock.ts';
import { messageOf, type Problem } from '../domain/errors.ts';
import type { TargetName } from '../domain/ids.ts';
import type { Logger } from '../domain/logger.ts';
import type { TargetDefinition } from '../domain/target.ts';
import { drivers } from '../outbound/drivers/registry.ts';
import { workFoldersIn } from '../outbound/drivers/work-folders.ts';
import { Commands } from '../outbound/engine/commands.ts';
import type { EngineDeps } from '../outbound/engine/deps.ts';
import { Engine } from '../outbound/engine/engine.ts';
import { DefinitionCompiler } from '../mapping/definition-compiler.ts';
import type { PreparedExamination } from '../outbound/engine/contact/examine-target.ts';
import { TargetStateWriter } from '../outbound/engine/target-state-writer.ts';
import { replanAfterRestore } from '../outbound/engine/planning/replan-after-restore.ts';
import { createAdminApi } from '../outbound/admin/handlers/create-admin-api.ts';
import { findUnlistedSources } from '../outbound/admin/handlers/tokens.ts';
import type { OutboundStore } from '../store/outbound.ts';
import type { StagingReader } from '../store/staging.ts';
import { connect, examine } from './connections.ts';
import type { SiteFolders } from './folders.ts';
import type { InboundPort, OutboundReport } from './ports.ts';
import { readCheckedSite, toCheckReport } from './read-site.ts';
import { SiteInForce } from './site-in-force.ts';
import { StorePair } from './store-pair.ts';

/** How often a store that could not be written at the start is tried again: every 10 seconds. */
const beginAgainMs = 10_000;

/** What an {@link Outbound} is made of. */
export interface OutboundParts {
  readonly folders: SiteFolders;
  /** The daemon's configuration in force. */
  readonly config: DaemonConfig;
  readonly store: OutboundStore;
  readonly reader: StagingReader;
  readonly inbound: InboundPort;
  readonly clock: Clock;
  readonly log: Logger;
  /** Takes the secrets that are resolved, so that the log hides them. */
  readonly secrets: Set<string>;
  /** Called with the Target before each piece of work. Optional. */
  readonly atWork?: (target: TargetName) => void;
}

/** Everything that reaches Targets, and the answers to commands. Imports nothing of the SCIM side. */
export class Outbound {
  readonly engine: Engine;
  readonly #parts: OutboundParts;
  readonly #deps: EngineDeps;
  readonly #commands: Commands;
  readonly #stopping = new AbortController();
  readonly #machine = new ProbedMachine(thisMachine());
  readonly #examine: (definition: TargetDefinition) => PreparedExamination;
  readonly #files: SiteInForce;
  readonly #pair: StorePair;
  #cancelBegin: (() => void) | undefined;

  constructor(parts: OutboundParts) {
    this.#parts = parts;
    const { folders, config, store, reader, inbound, clock, log, secrets } = parts;
    const context = { dataDir: folders.dataDir, clock, log, secrets, keepFiles: config.keep.files };
    this.#deps = {
      store,
      staging: reader,
      inbound,
      fence: 1,
      clock,
      random: Math.random,
      log,
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
      atWork: parts.atWork ?? (() => undefined),
    };
    this.#examine = (definition) => examine(definition, context);
    this.engine = new Engine(this.#deps);
    this.#commands = new Commands(this.#deps, this.engine);
    this.#files = new SiteInForce({ configDir: folders.configDir, config, machine: this.#machine, store, engine: this.engine, clock, log });
    this.#pair = new StorePair({ inbound, reader, outbound: store, clock, log, newMark: randomUUID });
  }

  /** Takes the files, runs the Targets and watches the files. While a store cannot be written, it only answers reads. */
  async begin(): Promise<void> {
    const { folders, config, clock, log } = this.#parts;
    this.#files.report(await this.#machine.settled(() => readCheckedSite(folders.configDir, config, this.#machine)));
    if (this.#readOnly === undefined) {
      await this.#files.sync('all');
      const fault = await this.#pair.findFault();
      if (fault !== undefined) await replanAfterRestore(this.#deps, fault);
      await this.#pair.keepMarked();
      await this.engine.start();
      return this.#files.watch();
    }
    this.#cancelBegin = clock.wakeAt(new Date(clock.now().getTime() + beginAgainMs), () => {
      this.begin().catch((error: unknown) => log.error({ reason: messageOf(error) }, 'targets could not be started'));
    });
  }

  /** Problems of the files and the outbound store. */
  report(): OutboundReport {
    const readOnly = this.#parts.store.readOnly();
    const broken = this.#files.problems.filter((problem) => problem.level === 'problem');
    const files = broken.map(({ file, path, message }) => `${basename(file)}: ${path === '' ? '' : `${path}: `}${message}`);
    return { problems: [...(readOnly === undefined ? [] : [readOnly]), ...files] };
  }

  /** The admin API; `running`: in a daemon. */
  openApi(tenantUrl: string, running: boolean): AdminApi {
    const { config, inbound } = this.#parts;
    return createAdminApi({
      engineDeps: this.#deps,
      engine: this.engine,
      commands: this.#commands,
      tokens: inbound.tokens,
      troubles: () => inbound.troubles(),
      sourceNames: Object.keys(config.sources),
      readFiles: () => this.#files.read(),
      syncDefinitions: (gone = []) => this.#files.sync(gone),
      examine: this.#examine,
      stopping: this.#stopping.signal,
      compare: (applied, fileDefinition) => {
        const { waiting, sameSystem } = compareDefinitions(applied, fileDefinition);
        return { waiting, otherSystem: !sameSystem };
      },
      check: () => this.#check(running ? 'daemon' : 'this process'),
      findCollision: (fileDefinition, inForce) =>
        this.#machine.settled(() =>
          findCollisions([fileDefinition], inForce, drivers, this.#machine).find(({ level }) => level === 'problem'),
        ),
      tenantUrl,
      version: readVersion(),
      running,
    });
  }

  /** The result of `check`, with the Sources in use that the file does not list: only the store knows them. */
  async #check(by: CheckReport['read']['by']): Promise<CheckReport> {
    const { folders, config, inbound } = this.#parts;
    const site = await this.#machine.settled(() => readCheckedSite(folders.configDir, config, this.#machine));
    const listed = Object.keys(site.daemon.sources);
    const unlisted = site.daemonBroken ? [] : await findUnlistedSources({ engineDeps: this.#deps, tokens: inbound.tokens }, listed);
    const file = join(site.read.folder, 'vestibule.yaml');
    const notes = unlisted.map((found): Problem => ({ file, path: 'sources', ...found, level: 'note' }));
    return toCheckReport({ ...site, problems: [...site.problems, ...notes] }, by);
  }

  /** Pauses a live Target before any work for it; does not change a Target in another state. */
  async pause(target: TargetName, why: string): Promise<void> {
    await new TargetStateWriter(this.#deps, target).paused(why);
  }

  /** Ends examinations in progress, so that the listeners can close. */
  letGo(): void {
    this.#stopping.abort();
  }

  /** Ends the work for all Targets. The stores are closed by who opened them. */
  async close(): Promise<void> {
    this.letGo();
    this.#cancelBegin?.();
    this.#pair.stop();
    await this.#files.stop();
    await this.engine.stop();
  }

  get #readOnly(): string | undefined {
    return this.#parts.inbound.readOnly() ?? this.#parts.store.readOnly();
  }
}

/** The manifest is in the parent folder of `src` in a checkout, and of `dist` in a release. */
function readVersion(): string {
  return (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly version: string }).version;
}
