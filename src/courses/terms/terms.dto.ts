import { Flag, Whole } from '../../platform/http/index.js';

export class CourseTermsDto {
  @Whole({
    description:
      "The instructor's share of what is paid less tax, in basis points: 7000 is 70 %. For sales begun from now on",
    max: 10_000,
  })
  shareBasisPoints: number;

  @Flag({ description: 'Whether a buyer whose money goes back in full keeps the course' })
  keepAccessOnRefund: boolean;

  @Whole({
    description:
      'Reward tokens for completing it; null for what is usual, 0 for none. Left out, it stays as it is. For completions from now on',
    optional: true,
    nullable: true,
    max: 1_000_000,
  })
  completionTokens?: number | null;
}
