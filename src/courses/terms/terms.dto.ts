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
}
