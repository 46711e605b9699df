// The outbound half of the daemon: the outbound store, the engine, the site's files and the admin API.
import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import type { AdminApi } from '../admin/api.ts';
import { thisMachine } from '../config/machine.ts';
import { ProbedMachine } from '../config/probed-machine.ts';
import { messageOf } from '../domain/errors.ts';
import type { TargetName } from '../domain/ids.ts';
import type { TargetDefinition } from '../domain/target.ts';
import { Commands } from '../outbound/engine/commands.ts';
import type { EngineDeps } from '../outbound/engine/deps.ts';
import { Engine } from '../outbound/engine/engine.ts';
import type { PreparedExamination } from '../outbound/engine/contact/examine-target.ts';
import { TargetStateWriter } from '../outbound/engine/target-state-writer.ts';
import { replanAfterRestore } from '../outbound/engine/planning/replan-after-restore.ts';
import { examine } from './connections.ts';
import { createOutboundApi } from './create-outbound-api.ts';
import { createEngineDeps } from './engine-deps.ts';
import type { OutboundParts } from './outbound-parts.ts';
import type { OutboundReport } from './ports.ts';
import { readCheckedSite } from './read-site.ts';
import { SiteInForce } from './site-in-force.ts';
import { StorePair } from './store-pair.ts';

/** How often a store that could not be written at the start is tried again: every 10 seconds. */
const beginAgainMs = 10_000;

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
    this.#deps = createEngineDeps(parts, context);
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
    const internals = {
      ...this.#parts,
      engineDeps: this.#deps,
      engine: this.engine,
      commands: this.#commands,
      files: this.#files,
      machine: this.#machine,
      examine: this.#examine,
      stopping: this.#stopping.signal,
    };
    return createOutboundApi(internals, { tenantUrl, running });
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
