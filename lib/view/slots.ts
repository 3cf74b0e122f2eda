/** Slots of the palette in the order in which they are given out. */
export const SLOTS = [1, 2, 3, 4, 5, 6, 7] as const;

/** How many shades of one hue tables are coloured with. */
export const HEAT_STEPS = 10;
