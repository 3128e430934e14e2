import { type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import helmet from 'helmet';
import { Logger } from 'nestjs-pino';
import { AppModule } from './app.module.js';
import { Settings } from './platform/config/index.js';
import { checkBody, isStatement, LARGEST_STATEMENT, LARGEST_WEBHOOK, parses } from './platform/http/body-check.js';
import { limitBodyTime } from './platform/http/body-time.js';
import { serveDocumentation } from './platform/http/openapi.js';

/** How the application is made out of its modules, whoever starts it. */
export const applicationOptions = {
  bufferLogs: true,
  // Webhook signatures are over the bytes as they came.
  rawBody: true,
  // `/payments/enrollments` before `/payments/:paymentId`, whatever the order of the modules.
  routeResolutionStrategy: 'specificity',
} as const;

/** Everything around the modules: prefix, headers, CORS, body limit, documentation. */
export function configureApp(app: INestApplication): void {
  const settings = app.get(Settings);
  const express = app as NestExpressApplication;
  express.useLogger(express.get(Logger));
  express.setGlobalPrefix('api');
  express.set('trust proxy', settings.TRUSTED_PROXIES);
  express.disable('x-powered-by');
  // `?a[b]=c` has no meaning here; the simple parser keeps every query value a string.
  express.set('query parser', 'simple');
  // Before the body is parsed, so that a browser can read the refusal of one that cannot be.
  express.use(helmet());
  express.enableCors({
    origin: [new URL(settings.FRONTEND_URL).origin, ...settings.CORS_ORIGINS.map((origin) => new URL(origin).origin)],
    exposedHeaders: ['X-Request-Id', 'Idempotent-Replayed', 'Retry-After', 'ETag', 'Content-Range', 'Accept-Ranges'],
    // The cookie that says whose browser fetches a lecture's file; it proves nothing anywhere else.
    credentials: true,
  });
  // Longer than load balancers keep a connection, or one is closed under a request that is on its way.
  // How long a body may take is not the same for all of them: `limitBodyTime`.
  Object.assign(express.getHttpServer(), { keepAliveTimeout: 65_000, headersTimeout: 70_000, requestTimeout: 0 });
  express.use(limitBodyTime);
  express.useBodyParser('json', { limit: LARGEST_WEBHOOK, type: parses('application/json') });
  express.useBodyParser('urlencoded', { extended: true, type: parses('application/x-www-form-urlencoded') });
  express.useBodyParser('raw', { type: isStatement, limit: LARGEST_STATEMENT });
  express.use(checkBody);
  serveDocumentation(app);
}

export async function createApp(): Promise<NestExpressApplication> {
  // Who starts it tells what is wrong, with plans for instance; Nest would end the process with a stack.
  const options = { ...applicationOptions, abortOnError: false };
  const app = await NestFactory.create<NestExpressApplication>(AppModule, options);
  configureApp(app);
  return app;
}
