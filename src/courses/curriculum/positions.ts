/** The ids in their new order after one has moved to a place (from 1; beyond the last means last). */
export function moved(ids: readonly string[], id: string, position: number): string[] {
  const others = ids.filter((other) => other !== id);
  return others.toSpliced(position - 1, 0, id);
}
