const DAY_S = 86_400;

/** Number of the ISO week that a time lies in, in UTC; weeks are counted from that of 1970-01-01. */
export function weekOf(time_s: number): number {
  // That day was a Thursday.
  return Math.floor((time_s / DAY_S + 3) / 7);
}

/** When a week begins, epoch seconds. */
export function weekStart(week: number): number {
  return (week * 7 - 3) * DAY_S;
}

/** A week as `2024W44`: the ISO year, which is that of the week's Thursday, and the number in it. */
export function weekLabel(week: number): string {
  const thursday = new Date((weekStart(week) + 3 * DAY_S) * 1000);
  const year = thursday.getUTCFullYear();
  const day = (thursday.getTime() / 1000 - Date.UTC(year, 0, 1) / 1000) / DAY_S;
  return `${String(year).padStart(4, "0")}W${String(Math.floor(day / 7) + 1).padStart(2, "0")}`;
}
