// Finds errors in a merged Target definition that the file schemas cannot find.
import type { CustomAttribute } from '../../domain/person-view.ts';
import { leaverReasons, type Action, type LeaverReason, type LeaverStep, type TargetDefinition } from '../../domain/target.ts';
import { checkDefinition } from '../../mapping/compile-definition.ts';
import { compileExpression } from '../../mapping/expression/compile-expression.ts';
import { personLanguage } from '../../mapping/expression/language.ts';
import { findNearest, hintFor } from '../../mapping/nearest-word.ts';
import { findEmptyMatch } from './empty-match.ts';
import type { Finding } from './finding.ts';
import { findBrokenReferences } from '../secrets.ts';

/**
 * Finds errors in a merged definition that the schemas of its files cannot find. Paths are those of the definition; `rows` is under
 * `settings`, as in the file. Reads only the definition: `machine-checks.ts` checks for missing files and programs.
 */
export function checkMerged(definition: TargetDefinition, attributes: readonly CustomAttribute[]): readonly Finding[] {
  const expressions = checkExpressions(definition, attributes);
  return [
    ...expressions,
    ...(expressions.length === 0 ? [...checkScopeReads(definition, attributes), ...checkEmptyMatch(definition, attributes)] : []),
    ...checkNames(definition),
    ...checkMatch(definition),
    ...checkSteps(definition),
    ...checkFullFile(definition),
    ...checkHeader(definition),
    ...noteLeaversThatStay(definition),
    ...findBrokenReferences(definition.settings).map(({ path, message, hint }) => problem(['settings', ...path], message, hint)),
  ];
}

function problem(path: Finding['path'], message: string, hint?: string): Finding {
  return { path, message, level: 'problem', ...(hint !== undefined && { hint }) };
}

function checkExpressions(definition: TargetDefinition, attributes: readonly CustomAttribute[]): readonly Finding[] {
  return checkDefinition(definition, attributes).map(({ path, message, hint, position }) => {
    const place = path[0] === 'rows' ? ['settings', ...path] : path;
    return { ...problem(place, message, hint), offset: position.offset };
  });
}

/**
 * Rejects `active` in a condition: every inactive person would be a Leaver with the reason outOfScope, and so with the wrong steps and the
 * wrong explanation.
 */
function checkScopeReads({ scope, tables }: TargetDefinition, attributes: readonly CustomAttribute[]): readonly Finding[] {
  const language = personLanguage({ attributes, tables });
  return scope.flatMap(({ rule }, index) =>
    compileExpression(rule, language, 'condition').reads.has('active')
      ? [
          problem(
            ['scope', index, 'rule'],
            'active cannot be used in a scope',
            'Configure what happens to inactive people in leavers.inactive.',
          ),
        ]
      : [],
  );
}

function checkNames({ scope }: TargetDefinition): readonly Finding[] {
  return scope.flatMap(({ name }, index) =>
    scope.findIndex((other) => other.name === name) < index
      ? [problem(['scope', index], `duplicate condition "${name}"`, 'Remove it, or give it its own name.')]
      : [],
  );
}

function checkMatch({ match, mapping }: TargetDefinition): readonly Finding[] {
  const fields = Object.keys(mapping);
  return match.flatMap((alternative, index) =>
    alternative
      .filter((field) => !Object.hasOwn(mapping, field))
      .map((field) =>
        problem(['match', index], `${field} is not a field of the mapping`, hintFor(field, fields) ?? 'Add it to the mapping.'),
      ),
  );
}

/**
 * Reports a match field that can be empty: such a person is never found in the product, so a create with an unknown result could be sent
 * twice.
 */
function checkEmptyMatch(definition: TargetDefinition, attributes: readonly CustomAttribute[]): readonly Finding[] {
  const field = findEmptyMatch(definition, attributes);
  if (field === undefined) return [];
  const from = definition.mapping[field]?.from ?? '';
  const written = /^\w+$/.test(from) ? from : `'${from.replaceAll("'", "''")}'`;
  return [
    {
      path: ['mapping', field, 'from'],
      message: `${field} can be empty; a person without it cannot be matched to an existing record`,
      hint: `Write ${field}: { from: ${written}, empty: hold }`,
      level: 'warning',
    },
  ];
}

interface PlacedStep {
  readonly path: Finding['path'];
  readonly step: LeaverStep;
}

function placedSteps({ leavers, scope }: TargetDefinition): readonly PlacedStep[] {
  const place = (path: Finding['path'], steps: readonly LeaverStep[] = []) =>
    steps.map((step, index): PlacedStep => ({ path: [...path, index, 'do'], step }));
  return [
    ...leaverReasons.flatMap((reason) => place(['leavers', reason], leavers[reason])),
    ...scope.flatMap((rule, index) => place(['scope', index, 'leavers'], rule.leavers)),
  ];
}

function checkSteps(definition: TargetDefinition): readonly Finding[] {
  const { can, connector } = definition;
  return placedSteps(definition)
    .filter(({ step }) => !can.includes(step.do))
    .map(({ path, step }) => {
      const other: Action = step.do === 'delete' ? 'deactivate' : 'delete';
      return problem(
        path,
        `${connector} cannot ${step.do}; it supports ${can.join(', ')}`,
        can.includes(other) ? `Use do: ${other}.` : 'Remove the step. The records of leavers then stay at the target.',
      );
    });
}

/**
 * Reports removals by a full file without effect: a full file removes people by omitting them, but this product keeps people who are
 * missing.
 */
function checkFullFile(definition: TargetDefinition): readonly Finding[] {
  const { driver, settings, absent } = definition;
  if (driver !== 'csv' || settings['mode'] !== 'full') return [];
  if (absent === undefined) {
    return [
      problem(
        ['absent'],
        'is missing; it defines what the product does with people who are not in the file',
        'Add absent: kept, absent: removed or absent: disabled to the connector.',
      ),
    ];
  }
  if (absent !== 'kept') return [];
  return placedSteps(definition)
    .filter(({ step }) => step.do === 'delete')
    .map(({ path }) =>
      problem(
        path,
        'has no effect: the product keeps people who are missing from a full file (absent: kept)',
        'Remove the step, or set absent: removed if the product removes them.',
      ),
    );
}

/**
 * Compares the mapping with the header: a field without a column would be lost silently. A column without a field stays empty, which some
 * products require.
 */
function checkHeader({ settings, mapping }: TargetDefinition): readonly Finding[] {
  const header: unknown = settings['header'];
  if (!Array.isArray(header)) return [];
  const columns = header.filter((column) => typeof column === 'string');
  const fields = Object.keys(mapping);
  const lost = fields.filter((field) => !columns.includes(field));
  const meant = new Set(lost.map((field) => findNearest(field, columns)));
  return [
    ...lost.map((field) =>
      problem(['mapping', field], 'is not a column of settings.header', hintFor(field, columns) ?? 'Add it to settings.header.'),
    ),
    ...columns
      // The column of a misspelt field needs no separate note.
      .filter((column) => !fields.includes(column) && !meant.has(column))
      .map((column) => ({
        path: ['settings', 'header', columns.indexOf(column)],
        message: `the column ${column} stays empty: no field of the mapping has this name`,
        hint: 'Add it to the mapping, unless the column is meant to be empty.',
        level: 'note' as const,
      })),
  ];
}

const whoStays: Readonly<Record<LeaverReason, string>> = {
  gone: 'deleted in the directory',
  inactive: 'inactive',
  outOfScope: 'out of scope',
};

/** One note for all reasons without steps, with the lines to write. */
function noteLeaversThatStay(definition: TargetDefinition): readonly Finding[] {
  const { leavers, scope } = definition;
  const everyCondition = scope.length > 0 && scope.every((rule) => rule.leavers !== undefined);
  const missing = leaverReasons.filter(
    (reason) => leavers[reason] === undefined && (reason !== 'outOfScope' || (scope.length > 0 && !everyCondition)),
  );
  if (missing.length === 0) return [];
  const who = missing
    .map((reason) => whoStays[reason])
    .join(', ')
    .replace(/, ([^,]*)$/, ' or $1');
  const message = `the records of people who are ${who} stay at the target: no steps are configured for them`;
  return [{ path: ['leavers'], message, hint: hintForLeavers(definition, missing), level: 'note', inTarget: true }];
}

function hintForLeavers(definition: TargetDefinition, missing: readonly LeaverReason[]): string {
  const { connector, leavers } = definition;
  const action = leavingAction(definition);
  if (action === undefined) return `No change is possible: ${connector} can neither deactivate nor delete.`;
  const lines = missing.map((reason) => `${reason}: [{ do: ${action} }]`);
  if (Object.keys(leavers).length > 0) return `To change that, add to leavers in this file: ${lines.join(', ')}`;
  return `To change that, add to this file: leavers: { ${lines.join(', ')} }`;
}

/** The removal that a Target supports: deactivate if it has an effect, otherwise delete. */
function leavingAction({ can, driver, settings, absent }: TargetDefinition): Action | undefined {
  if (can.includes('deactivate')) return 'deactivate';
  const keeps = driver === 'csv' && settings['mode'] === 'full' && absent === 'kept';
  return can.includes('delete') && !keeps ? 'delete' : undefined;
}
