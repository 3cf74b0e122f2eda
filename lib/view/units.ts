/** Seconds of a minute, an hour and a day of 24 hours, and bytes of a GiB. */
export const MINUTE_S = 60;
export const HOUR_S = 3600;
export const DAY_S = 86_400;
export const GIB = 2 ** 30;
