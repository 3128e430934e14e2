import { Choice, Flag, IdOf, Moment, Text, WebAddress } from '../../platform/http/index.js';

const formats = ['json', 'pdf'] as const;

export class CertificateQuery {
  @Choice(formats, {
    description: '`pdf` for a page to print; `Accept: application/pdf` does the same',
    optional: true,
  })
  format?: (typeof formats)[number];
}

/** What anybody may know who has a certificate in their hands. */
export class CertificateDto {
  @Text({ description: 'Its number', pattern: /^BUR(-[0-9A-Z]{4}){3}-[0-9A-Z]$/, wanted: 'a serial number' })
  serial: string;

  @Flag({ description: 'Whether it holds: not when the place in the course was given up, or taken back with a refund' })
  valid: boolean;

  @Text({ description: 'Whose it is, as they were called when it was issued' })
  studentName: string;

  @Text({ description: 'What was completed, as it was called then' })
  courseTitle: string;

  @Text({ description: 'Who taught it' })
  instructorName: string;

  @Moment({ description: 'When the course was completed' })
  issuedAt: Date;

  @WebAddress({ description: 'Where anybody can verify it' })
  address: string;
}

export class OwnCertificateDto extends CertificateDto {
  @IdOf('enrollment', { description: 'The place in the course' })
  enrollmentId: string;
}
