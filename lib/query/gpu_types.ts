/** The types of a job's GPUs in `a100=2,v100=1`, each with its share of them. */
export function gpuTypes(text: string): readonly (readonly [type: string, share: number])[] {
  const counts = text.split(",").map((part) => {
    const equals = part.lastIndexOf("=");
    return [part.slice(0, equals), Number(part.slice(equals + 1))] as const;
  });
  const all = counts.reduce((sum, [, count]) => sum + count, 0);
  return counts.map(([type, count]) => [type, count / all]);
}
