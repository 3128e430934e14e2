import { ReadUsage } from './read-usage.js';
import { RecordActivity } from './record-activity.js';

/** What is made of licences, month by month. */
export const usage = [RecordActivity, ReadUsage];
