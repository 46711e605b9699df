// How long an orderly stop may take.

/**
 * Time for both halves, at the same time, to finish what is in progress after SIGTERM, in milliseconds. With what follows, such as the exit of
 * a killed process, a stop takes at most 8 s: Docker sends SIGKILL after 10 s.
 */
export const stopGraceMs = 6_500;

/** Time for the requests of the admin API's TCP listener, in milliseconds: the stores are closed after it. */
export const adminGraceMs = 4_000;
