import { Module } from '@nestjs/common';
import { FindRecipient } from './emails/find-recipient.js';
import { Mailer } from './emails/mailer.js';
import { RecordEmails } from './emails/record-emails.js';
import { SendEmails } from './emails/send-emails.js';
import { ComposeEmail } from './letters/compose-email.js';
import { TellAdmins } from './tell-admins.js';
import { TellBuyers } from './tell-buyers.js';
import { TellInstructors } from './tell-instructors.js';
import { TellStudents } from './tell-students.js';
import { TellSubscribers } from './tell-subscribers.js';

/** Listens to everyone; nobody calls it. */
@Module({
  providers: [
    Mailer,
    ComposeEmail,
    FindRecipient,
    RecordEmails,
    SendEmails,
    TellBuyers,
    TellInstructors,
    TellAdmins,
    TellStudents,
    TellSubscribers,
  ],
})
export class NotificationsModule {}
