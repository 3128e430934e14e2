import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

/** The contract as OpenAPI 3.1, from the routes themselves. */
function describeApi(app: INestApplication): OpenAPIObject {
  const about = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Bursar')
    .setDescription(
      'Takes the money for people who teach. Amounts are integers in the minor unit of the currency beside them. ' +
        'Times are ISO 8601, answered in UTC; one that you send names its zone. Errors are problem+json (RFC 9457): switch on `code`. ' +
        "Another person's object answers 404.",
    )
    .setVersion('0.1.0')
    .addBearerAuth()
    .build();
  return SwaggerModule.createDocument(app, about, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}.${method}`,
  });
}

/** Serves the document at /api/docs-json and a page to browse it at /api/docs. */
export function serveDocumentation(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => describeApi(app), { useGlobalPrefix: true, jsonDocumentUrl: 'docs-json' });
}
