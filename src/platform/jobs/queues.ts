/** Every pg-boss queue. The migration step creates them as the owner; the application only sends and fetches. */
export const queues = ['housekeeping'] as const;
