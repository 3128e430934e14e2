import { ReadInbox } from './admin/read-inbox.js';
import { ReplayEvent } from './admin/replay-event.js';
import { ApplyReport } from './apply-report.js';
import { ProcessInbox } from './process-inbox.js';
import { ReceiveWebhook } from './receive-webhook.js';

/** What providers post. */
export const webhooks = [ReceiveWebhook, ProcessInbox, ApplyReport, ReadInbox, ReplayEvent];
