import { Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { Settings } from '../config/index.js';
import { giveRequestId } from './request-id.js';

/** Whatever carries a secret or a person's data never reaches the log. Held by a test. */
export const redactedPaths = [
  'req.headers.authorization',
  'req.headers.cookie',
  'req.headers["stripe-signature"]',
  'req.headers["idempotency-key"]',
  'res.headers["set-cookie"]',
  '*.password',
  '*.passwordHash',
  '*.refreshToken',
  '*.accessToken',
  '*.token',
  '*.secret',
  '*.email',
  // The whole row that broke a rule of its table.
  '*.meta.driverAdapterError.cause.detail',
];

/** A part of an address that only one sender knows, such as a callback's. */
const SECRET = /[0-9a-f]{32,}/g;

/** One JSON line a request, with the id that the answer carries as X-Request-Id. Query strings are left out: they may hold tokens. */
@Module({
  imports: [
    LoggerModule.forRootAsync({
      inject: [Settings],
      useFactory: (settings: Settings) => ({
        pinoHttp: {
          level: settings.LOG_LEVEL,
          redact: { paths: redactedPaths, censor: '[redacted]' },
          genReqId: giveRequestId,
          serializers: {
            req: (request: { id: string; method: string; url: string }) => ({
              id: request.id,
              method: request.method,
              path: request.url.split('?')[0]?.replace(SECRET, '[redacted]'),
            }),
            res: (response: { statusCode: number }) => ({ statusCode: response.statusCode }),
          },
          autoLogging: { ignore: (request) => request.url?.startsWith('/api/health') === true },
        },
      }),
    }),
  ],
})
export class LoggingModule {}
