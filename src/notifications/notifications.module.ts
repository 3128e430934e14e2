import { Module } from '@nestjs/common';
import { LicensingModule } from '../licensing/index.js';
import { FindRecipient } from './emails/find-recipient.js';
import { Mailer } from './emails/mailer.js';
import { RecordEmails } from './emails/record-emails.js';
import { SendEmails } from './emails/send-emails.js';
import { ComposeEmail } from './letters/compose-email.js';
import { Links } from './letters/links.js';
import { TellAdmins } from './tell-admins.js';
import { TellBuyers } from './tell-buyers.js';
import { TellInstructors } from './tell-instructors.js';
import { TellOrganizations } from './tell-organizations.js';
import { TellStudents } from './tell-students.js';
import { TellSubscribers } from './tell-subscribers.js';

/** Listens to everyone; nobody calls it. */
@Module({
  imports: [LicensingModule],
  providers: [
    Mailer,
    ComposeEmail,
    Links,
    FindRecipient,
    RecordEmails,
    SendEmails,
    TellBuyers,
    TellInstructors,
    TellAdmins,
    TellStudents,
    TellSubscribers,
    TellOrganizations,
  ],
})
export class NotificationsModule {}
