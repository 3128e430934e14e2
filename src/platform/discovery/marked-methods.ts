import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';

interface MarkedMethod<Mark, Method> {
  readonly mark: Mark;
  /** Bound to its provider. */
  readonly call: Method;
}

/** Finds the providers' methods that a decorator of `SetMetadata` has marked. Asked once every provider stands. */
@Injectable()
export class MarkedMethods {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  by<Mark, Method extends (...args: never[]) => unknown>(key: symbol): MarkedMethod<Mark, Method>[] {
    return this.discovery.getProviders().flatMap(({ instance }: { instance?: unknown }) => {
      if (typeof instance !== 'object' || instance === null) return [];
      const methods = instance as Record<string, Method>;
      return this.scanner.getAllMethodNames(Object.getPrototypeOf(instance) as object).flatMap((name) => {
        const method = methods[name];
        const mark = typeof method === 'function' && (Reflect.getMetadata(key, method) as Mark | undefined);
        return method && mark ? [{ mark, call: method.bind(instance) as Method }] : [];
      });
    });
  }
}
