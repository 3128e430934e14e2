import type { Response } from 'express';

/** Shows the dashboard again, with what was wrong. */
export type ShowDashboard = (res: Response, alert: string) => void;

/** Does what a person has asked for, and leads back to where they were, or says why it could not be. */
export function byHand(res: Response, show: ShowDashboard, anchor: string, work: () => unknown): void {
  try {
    work();
  } catch (error) {
    show(res, error instanceof Error ? error.message : String(error));
    return;
  }
  res.redirect(303, `/#${anchor}`);
}
