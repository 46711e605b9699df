// Prints a filter tree as text.
import type { Filter } from './filter-tree.ts';

/** Prints a filter so that `parseFilter` returns the same tree, with as few parentheses as possible. */
export function printFilter(filter: Filter): string {
  switch (filter.is) {
    case 'or':
    case 'and':
      return filter.filters.map((one) => printOperand(one, filter.is)).join(` ${filter.is} `);
    case 'not':
      return `not (${printFilter(filter.filter)})`;
    case 'present':
      return `${filter.attribute} pr`;
    case 'compare':
      return `${filter.attribute} ${filter.operator} ${JSON.stringify(filter.value)}`;
    case 'values':
      return `${filter.attribute}[${printFilter(filter.filter)}]`;
  }
}

function printOperand(operand: Filter, within: 'and' | 'or'): string {
  const bare = operand.is !== 'or' && (operand.is !== 'and' || within === 'or');
  return bare ? printFilter(operand) : `(${printFilter(operand)})`;
}
