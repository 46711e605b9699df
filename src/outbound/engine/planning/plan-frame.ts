// The inputs of planning that are the same for all pages of a Run.
import type { SourceId } from '../../../domain/ids.ts';
import type { Contact } from '../../../domain/source.ts';
import type { TargetDefinition } from '../../../domain/target.ts';
import type { EngineDeps } from '../deps.ts';
import type { CompiledRules } from './derive-desired-state.ts';

/** What stays the same for all pages of one Run. */
export interface PlanFrame {
  readonly definition: TargetDefinition;
  readonly compiledTarget: CompiledRules;
  /** When the people became Leavers. */
  readonly at: Date;
  readonly now: Date;
  readonly contacts: ReadonlyMap<SourceId, Contact>;
  /** Subjects whose Shadow this Run moves to another Subject: they are planned again afterwards. */
  readonly takenOver: Set<string>;
  /** Subjects that were planned with another page, since they exchange match keys with one of its Subjects. */
  readonly exchanged: Set<string>;
  /** Plans as if nothing were known of the Target: Shadows, open Deliveries and rejections. Who is excluded stays excluded. */
  readonly forgets?: boolean;
}

/** Contacts of all Sources, for the leaver clocks. */
export async function readContacts(deps: EngineDeps): Promise<ReadonlyMap<SourceId, Contact>> {
  const sources = await deps.staging.sources.list();
  return new Map(sources.flatMap((source) => (source.contact === undefined ? [] : [[source.id, source.contact] as const])));
}
