import { IssueCertificate } from './issue-certificate.js';
import { ReadCertificates } from './read-certificates.js';

/** What completing a course earns. */
export const certificates = [IssueCertificate, ReadCertificates];
