/** Published one after another in this order; `popularity` is how many have enrolled. */
export const shelf = [
  {
    title: 'Algebra',
    category: 'mathematics',
    level: 'Beginner',
    price: 2000,
    currency: 'USD',
    prices: [
      { currency: 'JPY', amount: 3100 },
      { currency: 'EUR', amount: 3500 },
    ],
    popularity: 3,
  },
  { title: 'Baking', category: 'cooking', level: 'All levels', price: 1000, currency: 'USD', popularity: 9 },
  {
    title: 'Chess',
    category: 'games',
    level: 'Advanced',
    price: 5000,
    currency: 'KES',
    prices: [{ currency: 'JPY', amount: 900 }],
    popularity: 1,
  },
  { title: '100% Dutch', category: 'languages', level: 'Beginner', price: 3000, currency: 'EUR', popularity: 0 },
  { title: 'Estonian_now', category: 'languages', level: 'Advanced', price: 4000, currency: 'EUR', popularity: 5 },
  { title: 'C:\\Files', category: 'computing', level: 'Intermediate', price: 0, currency: 'USD', popularity: 2 },
];
