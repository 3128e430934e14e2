import { ApplyDisputeReport } from './apply-dispute-report.js';
import { LoseDispute } from './lose-dispute.js';
import { LoseUnapplied } from './lose-unapplied.js';
import { ReadDisputes } from './read-disputes.js';

/** Money that a bank takes back. */
export const disputes = [ApplyDisputeReport, LoseDispute, LoseUnapplied, ReadDisputes];
