import { IdOf, Moment, Text } from '../../platform/http/index.js';

export class InviteDto {
  @Text({ description: 'Whom it is meant for, in your words' })
  name: string;
}

export class InvitationDto {
  @IdOf('invitation', { description: 'Id' })
  id: string;

  @IdOf('course', { description: 'The course' })
  courseId: string;

  @Text({ description: 'Whom it is meant for' })
  name: string;

  @Moment({ description: 'Made at' })
  createdAt: Date;

  @IdOf('user', { description: 'Who has accepted it', nullable: true })
  acceptedBy: string | null;

  @Moment({ description: 'Accepted at', nullable: true })
  acceptedAt: Date | null;

  @Moment({ description: 'Withdrawn at', nullable: true })
  withdrawnAt: Date | null;
}

export class NewInvitationDto extends InvitationDto {
  @Text({ description: 'For `POST /enrollments`, once, by whoever has it. Shown only here: only its SHA-256 is kept' })
  code: string;
}
