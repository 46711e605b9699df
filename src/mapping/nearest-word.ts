// Finds the known word that is most similar to a misspelt word, for hints.
/**
 * The known word that is most similar to a misspelt word, ignoring case; `undefined` if more than a third of the letters (rounded up)
 * differ.
 */
export function findNearest(word: string, known: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  let nearest: string | undefined;
  let smallest = Math.ceil(wanted.length / 3) + 1;
  for (const candidate of known) {
    const distance = editDistance(wanted, candidate.toLowerCase(), smallest);
    if (distance < smallest) {
      smallest = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

/** A hint for a misspelt word: the most similar known word, otherwise the whole list if it is short enough. */
export function hintFor(word: string, known: readonly string[]): string | undefined {
  const nearest = findNearest(word, known);
  if (nearest !== undefined) return `Did you mean ${nearest}?`;
  return known.length > 0 && known.length <= 12 ? `Use one of: ${known.join(', ')}.` : undefined;
}

/** Counts insertions, deletions, replacements and swaps of adjacent letters (optimal string alignment); stops at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: readonly number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min((above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (above[column - 1] ?? 0) + (same ? 0 : 1));
      if (a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) cost = Math.min(cost, (before[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    before = above;
    above = current;
  }
  return above[b.length] ?? limit;
}
