import { Injectable } from '@nestjs/common';
import { mayActFor, type Principal } from '../../platform/auth/index.js';
import { Settings } from '../../platform/config/index.js';
import { Database, type EnrollmentStatus, type Prisma } from '../../platform/database/index.js';
import { DomainError, notFound } from '../../platform/errors/index.js';
import { EnrollmentProblems } from '../enrollments.problems.js';
import type { CertificateDto, OwnCertificateDto } from './certificates.dto.js';
import { readSerial } from './serials.js';

type Certificate = Prisma.CertificateGetPayload<object>;

/** Certificates, and whether they hold. */
@Injectable()
export class ReadCertificates {
  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
  ) {}

  /** @throws not found for another person's place, EnrollmentProblems.noCertificate */
  async ofPlace(enrollmentId: string, principal: Principal): Promise<OwnCertificateDto> {
    const place = await this.database.client.enrollment.findUnique({
      where: { id: enrollmentId },
      select: { userId: true, status: true, certificate: true },
      relationLoadStrategy: 'join',
    });
    if (!place || !mayActFor(principal, place.userId)) throw notFound('Enrollment');
    if (!place.certificate) throw new DomainError(EnrollmentProblems.noCertificate);
    return { ...this.toCertificate(place.certificate, place.status), enrollmentId };
  }

  /**
   * For anybody.
   * @param typed the serial, in any case, with or without dashes
   * @returns undefined when there is none
   */
  async bySerial(typed: string): Promise<CertificateDto | undefined> {
    const serial = readSerial(typed);
    if (serial === undefined) return undefined;
    const certificate = await this.database.client.certificate.findUnique({
      where: { serial },
      include: { enrollment: { select: { status: true } } },
      relationLoadStrategy: 'join',
    });
    return certificate ? this.toCertificate(certificate, certificate.enrollment.status) : undefined;
  }

  /** A place that a refunded buyer keeps is kept with its certificate; one that is in dispute, or has run out, was completed all the same. */
  private toCertificate(certificate: Certificate, status: EnrollmentStatus): CertificateDto {
    const { serial, studentName, courseTitle, instructorName, issuedAt } = certificate;
    const address = `${this.settings.reachedAt}/api/certificates/${serial}`;
    return { serial, valid: status !== 'CANCELLED', studentName, courseTitle, instructorName, issuedAt, address };
  }
}
