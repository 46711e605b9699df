// Builds the dependencies of the engine from those of the outbound half.
import { sourceConfig } from '../config/daemon-config.ts';
import { DefinitionCompiler } from '../mapping/definition-compiler.ts';
import { workFoldersIn } from '../outbound/drivers/work-folders.ts';
import type { EngineDeps } from '../outbound/engine/deps.ts';
import { connect, type ConnectContext } from './connections.ts';
import type { OutboundParts } from './outbound-parts.ts';

/** Builds the dependencies of the engine; Connections are opened in `context`. */
export function createEngineDeps(parts: OutboundParts, context: ConnectContext): EngineDeps {
  const { folders, config, store, reader, inbound, clock, log } = parts;
  return {
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
}
