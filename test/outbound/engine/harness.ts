import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Origin } from '../../../src/domain/change.ts';
import { personSubject } from '../../../src/domain/ids.ts';
import { silentLogger } from '../../../src/domain/logger.ts';
import type { Person } from '../../../src/domain/person.ts';
import type { Target, TargetDefinition } from '../../../src/domain/target.ts';
import type { Connection } from '../../../src/outbound/drivers/driver.ts';
import { workFoldersIn, type WorkFolders } from '../../../src/outbound/drivers/work-folders.ts';
import { Commands, type ApplyRequest } from '../../../src/outbound/engine/commands.ts';
import type { EngineDeps } from '../../../src/outbound/engine/deps.ts';
import { Engine } from '../../../src/outbound/engine/engine.ts';
import { DefinitionCompiler } from '../../../src/mapping/definition-compiler.ts';
import type { ScimUser } from '../../../src/scim/resource.ts';
import { openJoined, type Store } from '../../support/stores.ts';
import type { EngineStore } from '../../../src/store/engine-store.ts';
import { TestClock } from '../../support/test-clock.ts';
import { pollUntil } from '../../support/poll.ts';

/** The engine with a real store, a clock that the test advances, and one fake system per Target. */
export interface Harness {
  readonly store: Store;
  readonly clock: TestClock;
  readonly deps: EngineDeps;
  readonly folders: WorkFolders;
  readonly engine: Engine;
  readonly commands: Commands;
  /** Creates an active person with this e-mail, which is also the userName; `more` overrides attributes. */
  join(email: string, more?: Partial<ScimUser>): Promise<Person>;
  patch(id: string, change: (user: ScimUser) => ScimUser): Promise<void>;
  disable(id: string): Promise<void>;
  /** Puts a definition into the files and applies it. */
  apply(definition: TargetDefinition, order?: Partial<ApplyRequest>): Promise<Target>;
  /** Runs the engine until every live Target has planned all Changes and nothing is due. */
  idle(): Promise<void>;
  target(name?: string): Promise<Target>;
  /** Ends the engine like a crash, and starts a new one with the same store. */
  restart(): Promise<void>;
  by(): Origin;
}

/** A Target definition `front-desk` with e-mail, name and department as the fields of its Record. */
export function definitionOf(change: Partial<TargetDefinition> = {}): TargetDefinition {
  return {
    target: 'front-desk',
    connector: 'fake',
    title: 'Fake',
    driver: 'fake',
    folder: '/connectors/fake',
    can: ['create', 'update', 'deactivate', 'delete'],
    match: [['Email']],
    settings: {},
    tables: {},
    scope: [],
    mapping: { Email: { from: 'lower(email)', empty: 'hold' }, Name: { from: 'displayName' }, Department: { from: 'department' } },
    leavers: { inactive: [{ do: 'delete', afterMs: 0 }], outOfScope: [{ do: 'delete', afterMs: 0 }], gone: [{ do: 'delete', afterMs: 0 }] },
    schedule: { onChange: true },
    guard: { removals: { most: 25, share: 1, withinMs: 86_400_000, waitMs: 0 }, changes: { share: 1, withinMs: 3_600_000 } },
    groupIds: {},
    ...change,
  };
}

/** Options of a Harness. */
export interface HarnessOptions {
  readonly quietMs?: number;
  /** Called before each settlement; returns an error that the store throws instead of storing the settlement. */
  readonly settle?: () => Error | undefined;
}

/** Opens a Harness; `systems` opens a Connection by the name of the Target. Everything is closed at the end of the test. */
export async function openHarness(systems: Readonly<Record<string, () => Connection>>, options: HarnessOptions = {}): Promise<Harness> {
  const folder = await mkdtemp(join(tmpdir(), 'vestibule-engine-'));
  const clock = new TestClock();
  const opened = await openJoined({ folder, clock, log: silentLogger });
  const store = withFailingSettlements(opened, options.settle);
  const folders = workFoldersIn(folder);
  const deps: EngineDeps = {
    store,
    staging: store,
    inbound: store,
    fence: 1,
    clock,
    random: () => 0.5,
    log: silentLogger,
    compiler: new DefinitionCompiler([]),
    attributes: [],
    timing: { settleMs: 1_000, quietMs: () => options.quietMs ?? 0, silentMs: () => 259_200_000, keepJournalMs: 7_776_000_000 },
    folders,
    atWork: () => undefined,
    connect: (definition) => {
      const open = systems[definition.target];
      if (open === undefined) throw new Error(`no system for ${definition.target}`);
      return open();
    },
  };
  let engine = new Engine(deps);
  let commands = new Commands(deps, engine);
  const files = new Map<string, TargetDefinition>();
  let requests = 0;
  await engine.start();
  onTestFinished(async () => {
    await engine.stop();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });
  const by = (): Origin => ({ at: clock.now(), request: `r-${++requests}` });
  const users = store.of('default').users;
  const harness: Harness = {
    store,
    clock,
    deps,
    folders,
    by,
    get engine() {
      return engine;
    },
    get commands() {
      return commands;
    },
    join: (email, more = {}) =>
      users.create(
        {
          userName: email,
          displayName: email.split('@')[0] ?? '',
          active: true,
          emails: [{ type: 'work', value: email }],
          ...more,
        },
        by(),
      ),
    patch: async (id, change) => {
      await users.update(id, change, by());
      engine.changed();
    },
    disable: (id) => harness.patch(id, (user) => ({ ...user, active: false })),
    apply: async (definition, order = {}) => {
      files.set(definition.target, definition);
      await engine.syncDefinitions(
        [...files.values()].map((fileDefinition) => ({ name: fileDefinition.target, fileDefinition })),
        (applied) => applied,
      );
      const applied = await commands.apply(definition.target, definition, {
        by: 'mira',
        replaceAll: false,
        without: 0,
        system: undefined,
        otherSystem: false,
        hash: undefined,
        ...order,
      });
      return applied.target;
    },
    idle: async () => {
      engine.changed();
      clock.advance(1_000);
      await pollUntil('the engine is idle', () => isIdle(store, engine));
    },
    target: async (name = 'front-desk') => {
      const target = await store.targets.get(name);
      if (target === undefined) throw new Error(`no target ${name}`);
      return target;
    },
    restart: async () => {
      await engine.stop();
      engine = new Engine(deps);
      commands = new Commands(deps, engine);
      await engine.start();
    },
  };
  return harness;
}

/** Wraps the store: if `fail` returns an error, the error is thrown instead of storing a settlement. */
function withFailingSettlements(store: Store, fail: HarnessOptions['settle']): Store {
  if (fail === undefined) return store;
  const engine: Store['engine'] = (fence) => {
    const writer = store.engine(fence);
    return new Proxy(writer, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        if (name !== 'settle') return value.bind(target) as unknown;
        return (...settlements: Parameters<EngineStore['settle']>) => {
          const error = fail();
          return error === undefined ? target.settle(...settlements) : Promise.reject(error);
        };
      },
    });
  };
  return new Proxy(store, { get: (target, name) => (name === 'engine' ? engine : bound(target, name)) });
}

function bound(store: Store, name: string | symbol): unknown {
  const value: unknown = Reflect.get(store, name, store);
  return typeof value === 'function' ? (value.bind(store) as unknown) : value;
}

async function isIdle(store: Store, engine: Engine): Promise<boolean> {
  const head = await store.changes.head();
  const targets = await store.targets.list();
  return targets.every((target) => target.state !== 'live' || (engine.runner(target.name).resting && target.cursor === head));
}

/** The open Delivery of a person, if any. */
export async function openOf(harness: Harness, person: Person, target = 'front-desk') {
  const [open] = await harness.store.outbox.open(target, [personSubject(person.id)]);
  return open;
}
