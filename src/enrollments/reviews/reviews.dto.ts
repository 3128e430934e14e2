import { IdOf, Moment, Nested, Text, WebAddress, Whole } from '../../platform/http/index.js';

const rating = { description: 'From 1, the worst, to 5, the best', min: 1, max: 5 };
const text = { description: 'What there is to say of it', min: 0, max: 5_000 };

export class NewReviewDto {
  @Whole(rating)
  rating: number;

  @Text({ ...text, optional: true })
  text?: string;
}

export class EditReviewDto {
  @Whole({ ...rating, optional: true })
  rating?: number;

  @Text({ ...text, optional: true })
  text?: string;
}

class ReviewAuthorDto {
  @Text({ description: 'Name' })
  name: string;

  @WebAddress({ description: 'Picture', nullable: true })
  profilePicture: string | null;
}

export class ReviewDto {
  @IdOf('review', { description: 'Id' })
  id: string;

  @Whole(rating)
  rating: number;

  @Text(text)
  text: string;

  @Nested(() => ReviewAuthorDto, { description: 'Who wrote it' })
  author: ReviewAuthorDto;

  @Moment({ description: 'Written' })
  createdAt: Date;

  @Moment({ description: 'Last changed' })
  updatedAt: Date;
}
