// Zod schemas of mapping fields, leaver steps, scope conditions and `rows`.
import { z } from 'zod';
import type { FieldFault, LeaverStep, MappingRule } from '../../domain/target.ts';
import { durationText } from './setting-quantities.ts';

const expression = z
  .string()
  .min(1, 'is empty. Write an expression, such as email.')
  .meta({ title: 'expression' })
  .describe('A CEL expression about the person, in single quotes. A bare attribute name needs no quotes.');

const fault = { hold: 'hold', omit: 'omit', cut: 'cut', send: 'send' } as const satisfies Record<FieldFault, FieldFault>;

/** One field of a Mapping, in any of its forms; the output is the form in the definition. */
export const mappingRule = z
  .union([
    expression,
    z
      .strictObject({
        from: expression.optional(),
        value: z.union([z.string(), z.number(), z.boolean()]).optional().describe('A constant value, instead of `from`.'),
        empty: z
          .enum([fault.send, fault.omit, fault.hold])
          .optional()
          .describe(
            'How an empty value is handled. send (default): the field is sent empty. omit: the field is left out. hold: the person has no valid row.',
          ),
        max: z.int().min(1).optional().describe('Max number of characters that the product accepts.'),
        long: z
          .enum([fault.hold, fault.cut, fault.omit])
          .optional()
          .describe(
            'How a text longer than max is handled. hold (default): the person has no valid row. cut: the text is truncated. omit: the field is left out.',
          ),
      })
      .superRefine((rule, context) => {
        if ((rule.from === undefined) === (rule.value === undefined))
          context.addIssue({
            code: 'custom',
            message: 'needs either from or value. Use from for an expression, or value for a fixed value.',
          });
        if (rule.value !== undefined && [rule.empty, rule.max, rule.long].some((setting) => setting !== undefined)) {
          context.addIssue({ code: 'custom', message: 'empty, max and long have no effect on a fixed value. Remove them.' });
        }
        if (rule.long !== undefined && rule.max === undefined)
          context.addIssue({ code: 'custom', path: ['long'], message: 'has no effect without max. Add max, or remove long.' });
      }),
  ])
  .transform((rule): MappingRule => (typeof rule === 'string' ? { from: rule } : withoutUndefined(rule)))
  .describe('An expression, or a map with `from` or `value`.');

/** All fields of a Mapping, in the order of the file. */
export const mappingRules = z.record(z.string().min(1), mappingRule);

const leaverStep = z
  .strictObject({
    do: z.enum(['deactivate', 'delete']).describe('Action on the record at the target.'),
    after: durationText.optional().describe('Delay after the person became a leaver. If not set, there is no delay.'),
  })
  .transform(({ do: action, after = 0 }): LeaverStep => ({ do: action, afterMs: after }));

/** The steps of one leaver reason, in order. */
export const leaverSteps = z
  .array(leaverStep, 'Write a list of steps, for example: [{ do: delete, after: 2d }]')
  .superRefine((steps, context) => {
    steps.forEach((step, index) => {
      const before = steps[index - 1];
      if (before === undefined) return;
      if (before.do === 'delete')
        context.addIssue({ code: 'custom', path: [index], message: 'comes after a delete and has no effect. Remove it.' });
      else if (step.afterMs < before.afterMs)
        context.addIssue({
          code: 'custom',
          path: [index, 'after'],
          message:
            'is shorter than the delay of the previous step. Both delays start at the same time: make this one longer, or swap the steps.',
        });
    });
  })
  .describe('Steps in their order. An empty list keeps the record.');

/** Steps per leaver reason. */
export const leavers = z
  .strictObject({
    gone: leaverSteps.optional().describe('Steps after a DELETE from the identity provider.'),
    inactive: leaverSteps
      .optional()
      .describe(
        "Steps for people who are inactive at the identity provider: blocked, unassigned, out of the provider's own scope, or soft-deleted.",
      ),
    outOfScope: leaverSteps.optional().describe('Steps for people who are no longer in the scope of this target.'),
  })
  .transform((reasons) => withoutUndefined(reasons))
  .describe(
    'Steps for people who leave, for each reason. If several reasons apply, the first one with steps is used, in the order gone, inactive, outOfScope.',
  );

/** One condition of a Scope; the default of its name is the expression. */
export const scopeRule = z
  .union([
    expression,
    z.strictObject({
      rule: expression,
      name: z.string().min(1).optional().describe('Name of the condition, shown in output. If not set, the expression is shown.'),
      leavers: leaverSteps
        .optional()
        .describe('Steps that replace `leavers.outOfScope` for people for whom this is the first false condition.'),
    }),
  ])
  .transform((rule) => (typeof rule === 'string' ? { name: rule, rule } : withoutUndefined({ ...rule, name: rule.name ?? rule.rule })));

/** `settings.rows`: several rows for one person. A Target can set some of its keys only. */
export const rowsSettings = z.strictObject({
  each: expression.describe('A CEL expression that returns a list of strings. Each string becomes one row.'),
  as: z
    .string()
    .regex(/^[A-Za-z_]\w*$/, 'is not a valid name. Use letters, digits and _; begin with a letter.')
    .describe("Name of the row's value in the mapping."),
  none: z
    .enum(['one', 'hold'])
    .optional()
    .describe('How an empty list is handled. one (default): one row with an empty value. hold: the person has no valid row.'),
});

/** A copy without keys that are `undefined`: with `exactOptionalPropertyTypes`, missing and `undefined` differ. */
export function withoutUndefined<T extends object>(object: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  };
}
