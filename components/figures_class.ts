/** Class of a grid of figures: by how many there are, so that none moves while the others still come in. */
export function figuresClass(figures: readonly unknown[]): string {
  return figures.length > 1 ? "figures figures-many" : "figures";
}
