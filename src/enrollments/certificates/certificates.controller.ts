import { Controller, Get, Param, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { DomainError, notFound, Problems } from '../../platform/errors/index.js';
import { Endpoint } from '../../platform/http/index.js';
import { EnrollmentProblems } from '../enrollments.problems.js';
import { certificatePage, pagePolicy } from './certificate-page.js';
import { CertificateDto, CertificateQuery, OwnCertificateDto } from './certificates.dto.js';
import { drawCertificate } from './draw-certificate.js';
import { ReadCertificates } from './read-certificates.js';

/** One's own certificates, and anybody's by their number. */
@ApiTags('certificates')
@Controller()
export class CertificatesController {
  constructor(private readonly certificates: ReadCertificates) {}

  @Get('enrollments/:id/certificate')
  @Endpoint({
    access: ['STUDENT', 'ADMIN'],
    summary: 'The certificate of a completed course, or the page to print',
    description:
      'JSON, or with `?format=pdf` or `Accept: application/pdf` a PDF. One that does not hold is not printed.',
    answers: OwnCertificateDto,
    produces: ['application/pdf'],
    errors: [Problems.notFound, EnrollmentProblems.noCertificate, EnrollmentProblems.certificateWithdrawn],
  })
  async ofPlace(
    @Param('id') id: string,
    @Query() { format }: CertificateQuery,
    @CurrentPrincipal() principal: Principal,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<OwnCertificateDto | StreamableFile> {
    const certificate = await this.certificates.ofPlace(id, principal);
    response.vary('Accept');
    if ((format ?? request.accepts(['json', 'pdf'])) !== 'pdf') return certificate;
    if (!certificate.valid) throw new DomainError(EnrollmentProblems.certificateWithdrawn);
    return new StreamableFile(await drawCertificate(certificate), {
      type: 'application/pdf',
      disposition: `inline; filename="${certificate.serial}.pdf"`,
    });
  }

  @Get('certificates/:serial')
  @Endpoint({
    access: 'public',
    summary: 'Verify a certificate by its number',
    description:
      'Whose it is, for what, of when, and whether it holds; the number in any case, with or without its dashes. For people with ' +
      '`Accept: text/html`, as browsers send: then an unknown number is a page too, with status 404.',
    answers: CertificateDto,
    produces: ['text/html'],
    errors: [Problems.notFound],
  })
  async verify(
    @Param('serial') serial: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<CertificateDto | string> {
    const certificate = await this.certificates.bySerial(serial);
    // It may cease to hold at any time.
    response.vary('Accept').setHeader('Cache-Control', 'no-cache');
    if (request.accepts(['json', 'html']) === 'html') {
      response.type('html').setHeader('Content-Security-Policy', pagePolicy);
      if (!certificate) response.status(404);
      return certificatePage(certificate, serial);
    }
    if (!certificate) throw notFound('Certificate');
    return certificate;
  }
}
