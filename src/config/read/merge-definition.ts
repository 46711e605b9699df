// Merges a Connector and a Target's file into one definition.
import { leaverReasons, type Leavers, type RowsRule, type TargetDefinition } from '../../domain/target.ts';
import type { ConnectorFile } from '../schemas/connector-file.ts';
import { takeValues } from '../checks/connector-needs.ts';
import { withoutUndefined } from '../schemas/rule-schemas.ts';
import type { TargetFile } from '../schemas/target-file.ts';

/** A Connector as read, with its file and folder. */
export interface ConnectorRead {
  readonly connector: ConnectorFile;
  /** Absolute. */
  readonly folder: string;
}

/**
 * A Target's definition: the Connector, overridden by the Target. The Target overrides the Mapping per field, settings per key at every
 * depth (lists as a whole), and leavers per reason.
 */
export function mergeDefinition({ connector, folder }: ConnectorRead, target: TargetFile): TargetDefinition {
  const values = takeValues(connector.needs, target.settings);
  const own = Object.fromEntries(Object.entries(target.settings).filter(([key]) => !Object.hasOwn(values, key)));
  const { rows, ...settings } = overlay(connector.settings, own);
  const { schedule, guard } = target;
  return {
    target: target.target,
    connector: connector.connector,
    title: connector.title ?? connector.connector,
    driver: connector.driver,
    folder,
    can: connector.can,
    ...(connector.absent !== undefined && { absent: connector.absent }),
    match: connector.match,
    settings,
    ...(Object.keys(values).length > 0 && { values }),
    ownSettings: Object.keys(own).sort(),
    tables: target.tables,
    scope: [...target.scope, ...toSourceRule(target.source)],
    mapping: { ...connector.mapping, ...target.mapping },
    ...(rows !== undefined && { rows: toRows(rows) }),
    leavers: mergeLeavers(connector.leavers ?? {}, target.leavers ?? {}),
    schedule: withoutUndefined(schedule),
    guard: {
      removals: { most: guard.removals.most, share: guard.removals.share, withinMs: guard.removals.within, waitMs: guard.removals.wait },
      changes: { share: guard.changes.share, withinMs: guard.changes.within },
    },
    groupIds: {},
  };
}

/** The settings of `rows`; a Target can set some of them only. */
type RowsSettings = { readonly [Key in keyof RowsRule]?: RowsRule[Key] | undefined };

/** Both files have passed their schemas. A key that is missing in both is empty here, and the check of expressions reports it. */
function toRows({ each, as, none }: RowsSettings): RowsRule {
  return { each: each ?? '', as: as ?? '', none: none ?? 'one' };
}

/** The condition for a Target with a `source`. It comes after the conditions of the file, so that their indexes stay correct. */
function toSourceRule(source: string | undefined): TargetDefinition['scope'] {
  return source === undefined ? [] : [{ name: `source: ${source}`, rule: `source == "${source}"` }];
}

/** True for the condition that was generated from `source` in a Target's file. */
export function isSourceRule({ name, rule }: TargetDefinition['scope'][number]): boolean {
  return name.startsWith('source: ') && toSourceRule(name.slice('source: '.length))[0]?.rule === rule;
}

function mergeLeavers(connector: Leavers, target: Leavers): Leavers {
  const merged = leaverReasons.map((reason) => [reason, target[reason] ?? connector[reason]] as const);
  return Object.fromEntries(merged.filter(([, steps]) => steps !== undefined));
}

type Settings = Readonly<Record<string, unknown>> & { readonly rows?: RowsSettings };

function overlay(below: Readonly<Record<string, unknown>>, above: Readonly<Record<string, unknown>>): Settings {
  const both = Object.entries(above).map(([key, value]) => {
    const under = Object.hasOwn(below, key) ? below[key] : undefined;
    return [key, isMap(under) && isMap(value) ? overlay(under, value) : value] as const;
  });
  return { ...below, ...Object.fromEntries(both) };
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
