import { Injectable } from '@nestjs/common';
import { DomainError, Problems } from '../errors/index.js';

/** Something that gives people features: their plan, a licence that they have a seat of. */
export interface FeatureSource {
  gives(userId: string, feature: string): Promise<boolean>;
  /** What one may have to get it, such as names of plans. */
  offering(feature: string): readonly string[];
}

/** What people may do beyond their roles, by what was paid for. Features above give it: any one of them suffices. */
@Injectable()
export class FeatureAccess {
  private readonly sources: FeatureSource[] = [];

  register(source: FeatureSource): void {
    this.sources.push(source);
  }

  async has(userId: string, feature: string): Promise<boolean> {
    for (const source of this.sources) if (await source.gives(userId, feature)) return true;
    return false;
  }

  /** @throws Problems.featureRequired, naming the feature and what has it */
  async require(userId: string, feature: string): Promise<void> {
    if (await this.has(userId, feature)) return;
    const offers = this.sources.flatMap((source) => source.offering(feature));
    const where = offers.length > 0 ? `it comes with ${offers.join(', ')}` : 'nothing that is offered has it';
    throw new DomainError(Problems.featureRequired, `This needs the feature “${feature}”: ${where}`);
  }
}
