// Watches the configuration files and applies the settings that take effect immediately.
import { hash } from 'node:crypto';
import { compareDefinitions, overlayImmediate } from '../config/compare-definitions.ts';
import type { DaemonConfig } from '../config/daemon-config.ts';
import {
  compareSnapshots,
  fileOfTarget,
  isAbsent,
  keepPaths,
  snapshotFiles,
  snapshotSite,
  targetOfFile,
  type FileSnapshot,
} from '../config/read/file-snapshot.ts';
import type { ProbedMachine } from '../config/probed-machine.ts';
import { listCredentialFiles, resolveDefinition } from '../config/secrets.ts';
import type { Site } from '../config/site.ts';
import type { Clock } from '../domain/clock.ts';
import { toOwnCommand } from '../domain/own-command.ts';
import { messageOf, type Problem } from '../domain/errors.ts';
import type { TargetName } from '../domain/ids.ts';
import type { Logger } from '../domain/logger.ts';
import type { Engine } from '../outbound/engine/engine.ts';
import { Mutex } from '../outbound/engine/mutex.ts';
import type { SiteFiles } from '../outbound/admin/handlers/handler-deps.ts';
import { toCanonicalJson } from '../mapping/canonical-json.ts';
import type { OutboundStore } from '../store/outbound.ts';
import { ProblemLog } from './problem-log.ts';
import { readCheckedSite } from './read-site.ts';

/** How often the files are read: every 2 seconds. Two reads must agree, so that a saved file counts after 2 to 4 seconds. */
export const watchFilesMs = 2_000;

/** Dependencies of a {@link SiteInForce}. */
export interface SiteInForceParts {
  readonly configDir: string;
  /** The daemon's configuration in force: that of the start. */
  readonly config: DaemonConfig;
  readonly machine: ProbedMachine;
  readonly store: Pick<OutboundStore, 'targets' | 'readOnly'>;
  readonly engine: Pick<Engine, 'syncDefinitions' | 'runner'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Which files one synchronisation is about. */
interface SyncRequest {
  readonly snapshot: FileSnapshot;
  /** Files that differ from those of the last synchronisation. */
  readonly changed: ReadonlySet<string>;
  /** Files that count as they were: they are just being saved. */
  readonly kept: readonly string[];
  readonly isGone: (name: TargetName) => boolean;
}

/**
 * The site's files and what of them is in force. Questions `read` them and change nothing. The Targets are brought in line with them at the
 * start, by commands that are about them, and when the watch has seen a change: a file counts once two looks at its content agree.
 */
export class SiteInForce {
  readonly #parts: SiteInForceParts;
  readonly #mutex = new Mutex();
  readonly #problemLog: ProblemLog;
  #problems: readonly Problem[] = [];
  #hasSynced = false;
  #synced: FileSnapshot = new Map();
  #before: FileSnapshot = new Map();
  #credentialFiles: ReadonlySet<string> = new Set();
  /** Of the secrets and certificates that each Target was last opened with. */
  readonly #credentialDigests = new Map<TargetName, string>();
  #watching = false;
  #cancelWatch: (() => void) | undefined;
  #failure = '';

  constructor(parts: SiteInForceParts) {
    this.#parts = parts;
    this.#problemLog = new ProblemLog(parts.log);
  }

  /** Problems of the files, warnings and notes too, as of the last synchronisation. */
  get problems(): readonly Problem[] {
    return this.#problems;
  }

  /** Reads the current files. Applies nothing. */
  read(): SiteFiles {
    return this.#toFiles(this.#readSite());
  }

  /** Logs the problems that a start found, also where nothing can be written yet. */
  report({ problems }: Site): void {
    this.#problems = problems;
    this.#problemLog.log(problems);
  }

  /**
   * Brings the Targets in line with the files as they are now. A missing file counts as gone for the Targets in `gone`; for others once the watch agrees.
   * A file with problems keeps what was applied, and a store that cannot be written keeps everything.
   */
  sync(gone: readonly TargetName[] | 'all'): Promise<SiteFiles> {
    return this.#mutex.runExclusive(async () => {
      const isGone = (name: TargetName) => gone === 'all' || gone.includes(name);
      const snapshot = await this.#look();
      const { changed } = compareSnapshots(this.#synced, snapshot, snapshot);
      const kept = [...changed].filter((path) => isAbsent(snapshot, path) && !isGone(this.#targetOf(path) ?? ''));
      return this.#sync({ snapshot, changed, kept, isGone });
    });
  }

  /** Begins to look at the files at intervals. */
  watch(): void {
    this.#watching = true;
    this.#watchLater();
  }

  /** Ends the watch, and waits for a synchronisation that has begun. */
  async stop(): Promise<void> {
    this.#watching = false;
    this.#cancelWatch?.();
    await this.#mutex.runExclusive(() => Promise.resolve());
  }

  #watchLater(): void {
    const { clock } = this.#parts;
    if (!this.#watching) return;
    this.#cancelWatch = clock.wakeAt(new Date(clock.now().getTime() + watchFilesMs), () => {
      void this.poll().finally(() => this.#watchLater());
    });
  }

  /** Reads the files, and applies changed files whose content equals that of the previous read. Never rejects. */
  async poll(): Promise<void> {
    try {
      this.#parts.machine.refresh();
      const snapshot = await this.#look();
      const before = this.#before;
      this.#before = snapshot;
      if (!this.#watching || this.#parts.store.readOnly() !== undefined) return;
      if (compareSnapshots(this.#synced, before, snapshot).changed.size > 0) await this.#syncChanged(before, snapshot);
      this.#failure = '';
    } catch (error) {
      // Files that were not put in force are detected again at the next read.
      const reason = messageOf(error);
      if (reason !== this.#failure) this.#parts.log.error({ reason }, 'changed configuration could not be loaded');
      this.#failure = reason;
    }
  }

  #syncChanged(before: FileSnapshot, snapshot: FileSnapshot): Promise<void> {
    return this.#mutex.runExclusive(async () => {
      // A command may have synchronised the files meanwhile.
      const { changed, unsettled } = compareSnapshots(this.#synced, before, snapshot);
      if (changed.size === 0) return;
      const isGone = (name: TargetName) => {
        const file = fileOfTarget(this.#parts.configDir, name);
        return isAbsent(snapshot, file) && !unsettled.has(file);
      };
      await this.#sync({ snapshot, changed, kept: [...unsettled], isGone });
    });
  }

  async #sync({ snapshot, changed, kept, isGone }: SyncRequest): Promise<SiteFiles> {
    const { store, engine } = this.#parts;
    const site = await this.#parts.machine.settled(() => this.#readSite());
    const news = this.#hasSynced ? changed : new Set<string>();
    this.#problems = site.problems;
    this.#problemLog.log(site.problems, news);
    if (store.readOnly() !== undefined) return this.#toFiles(site);
    const whole = new Map([...snapshot, ...(await this.#lookAtCredentials(site))]);
    const unsettled = new Set(kept.map((path) => this.#targetOf(path)));
    const fileDefinitions = [...site.fileDefinitions].map(([name, fileDefinition]) =>
      unsettled.has(name) ? { name } : { name, fileDefinition },
    );
    await engine.syncDefinitions([...fileDefinitions, ...site.brokenTargets.map((name) => ({ name }))], overlayImmediate, isGone);
    await this.#noticeCredentials(site, whole);
    this.#before = whole;
    this.#synced = keepPaths(whole, this.#synced, kept);
    this.#hasSynced = true;
    await this.#describeChanged(site, news);
    return this.#toFiles(site);
  }

  /** Watches the files of credentials that are used now, and reads those that were not watched before. */
  async #lookAtCredentials({ fileDefinitions }: Site): Promise<FileSnapshot> {
    const applied = (await this.#parts.store.targets.list()).flatMap(({ definition }) => (definition === undefined ? [] : [definition]));
    const before = this.#credentialFiles;
    this.#credentialFiles = new Set([...applied, ...fileDefinitions.values()].flatMap(listCredentialFiles));
    return snapshotFiles([...this.#credentialFiles].filter((path) => !before.has(path)));
  }

  /**
   * A changed secret or certificate is used at once: a refused Target is retried. For a draft, apply reads them.
   */
  async #noticeCredentials({ fileDefinitions }: Site, snapshot: FileSnapshot): Promise<void> {
    const { store, engine, machine } = this.#parts;
    for (const { name, definition = fileDefinitions.get(name) } of await store.targets.list()) {
      if (definition === undefined) continue;
      const { secrets } = resolveDefinition(definition, machine);
      const files = listCredentialFiles(definition).map((path) => snapshot.get(path) ?? '');
      const digest = hash('sha256', [...secrets, ...files].join('\u001f'));
      const before = this.#credentialDigests.get(name);
      this.#credentialDigests.set(name, digest);
      if (before !== undefined && before !== digest) await engine.runner(name).reopen();
    }
  }

  /** Logs the result of changed files. */
  async #describeChanged(site: Site, changed: ReadonlySet<string>): Promise<void> {
    const { store, log } = this.#parts;
    if (changed.size === 0) return;
    log.info({ files: [...changed].sort() }, 'configuration files changed');
    if (this.#needsRestart(site)) log.warn({}, restartNote);
    for (const { name, definition } of await store.targets.list()) {
      const fileDefinition = site.fileDefinitions.get(name);
      if (fileDefinition === undefined || definition === undefined || !changed.has(fileOfTarget(this.#parts.configDir, name))) continue;
      const { waiting } = compareDefinitions(definition, fileDefinition);
      if (waiting.length > 0) log.info({ target: name, waiting, hint: toOwnCommand('apply', name) }, 'changes wait for apply');
    }
  }

  #readSite(): Site {
    const { configDir, config, machine } = this.#parts;
    return readCheckedSite(configDir, config, machine);
  }

  async #look(): Promise<FileSnapshot> {
    const { configDir } = this.#parts;
    return new Map([...(await snapshotFiles(this.#credentialFiles)), ...(await snapshotSite(configDir))]);
  }

  #targetOf(path: string): TargetName | undefined {
    return targetOfFile(this.#parts.configDir, path);
  }

  #toFiles(site: Site): SiteFiles {
    const { fileDefinitions, brokenTargets, problems } = site;
    return {
      fileDefinitions,
      names: new Set([...fileDefinitions.keys(), ...brokenTargets]),
      problems,
      notes: this.#needsRestart(site) ? [restartNote] : [],
    };
  }

  #needsRestart({ daemon, daemonBroken }: Site): boolean {
    return !daemonBroken && toCanonicalJson(daemon) !== toCanonicalJson(this.#parts.config);
  }
}

const restartNote = 'vestibule.yaml has changed since the start: restart the daemon to apply the change';
