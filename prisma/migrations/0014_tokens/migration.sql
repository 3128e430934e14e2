-- CreateEnum
CREATE TYPE "token_transaction_type" AS ENUM ('AWARD', 'BONUS', 'REDEEM', 'ADJUSTMENT');

-- CreateEnum
CREATE TYPE "streak_kind" AS ENUM ('DAYS', 'COMPLETIONS');

-- CreateTable
CREATE TABLE "token_accounts" (
    "user_id" TEXT NOT NULL,
    "balance" BIGINT NOT NULL DEFAULT 0,
    "sequence" INTEGER NOT NULL DEFAULT 0,
    "listed" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "token_accounts_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "token_transactions" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "type" "token_transaction_type" NOT NULL,
    "amount" BIGINT NOT NULL,
    "balance" BIGINT NOT NULL,
    "reason" TEXT NOT NULL,
    "source_event" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "token_transactions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "token_redemptions" (
    "transaction_id" TEXT NOT NULL,
    "coupon_id" TEXT,
    "amount" BIGINT,
    "currency" TEXT,

    CONSTRAINT "token_redemptions_pkey" PRIMARY KEY ("transaction_id")
);

-- CreateTable
CREATE TABLE "streak_marks" (
    "user_id" TEXT NOT NULL,
    "kind" "streak_kind" NOT NULL,
    "source" TEXT NOT NULL,
    "day" TEXT NOT NULL,
    "zone" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "streak_marks_pkey" PRIMARY KEY ("user_id","kind","source")
);

-- CreateTable
CREATE TABLE "streaks" (
    "user_id" TEXT NOT NULL,
    "kind" "streak_kind" NOT NULL,
    "length" INTEGER NOT NULL,
    "longest" INTEGER NOT NULL,
    "freezes" INTEGER NOT NULL,
    "last_day" TEXT NOT NULL,
    "zone" TEXT NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "streaks_pkey" PRIMARY KEY ("user_id","kind")
);

-- CreateTable
CREATE TABLE "token_scores" (
    "period" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "score" BIGINT NOT NULL,
    "listed" BOOLEAN NOT NULL,

    CONSTRAINT "token_scores_pkey" PRIMARY KEY ("period","user_id")
);

-- CreateTable
CREATE TABLE "leaderboard_marks" (
    "period" TEXT NOT NULL,
    "score" BIGINT NOT NULL,
    "reached" INTEGER NOT NULL,

    CONSTRAINT "leaderboard_marks_pkey" PRIMARY KEY ("period","score")
);

-- CreateTable
CREATE TABLE "leaderboards" (
    "period" TEXT NOT NULL,
    "counted_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "leaderboards_pkey" PRIMARY KEY ("period")
);

-- CreateIndex
CREATE INDEX "token_transactions_created_at_idx" ON "token_transactions"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "token_transactions_user_id_sequence_key" ON "token_transactions"("user_id", "sequence");

-- CreateIndex
CREATE UNIQUE INDEX "token_transactions_user_id_source_event_key" ON "token_transactions"("user_id", "source_event");

-- AddForeignKey
ALTER TABLE "token_transactions" ADD CONSTRAINT "token_transactions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "token_accounts"("user_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "token_redemptions" ADD CONSTRAINT "token_redemptions_transaction_id_fkey" FOREIGN KEY ("transaction_id") REFERENCES "token_transactions"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "streak_marks" ADD CONSTRAINT "streak_marks_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "token_accounts"("user_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "streaks" ADD CONSTRAINT "streaks_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "token_accounts"("user_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Rule: nobody spends what they have not got, and every movement says what was there after it.
ALTER TABLE "token_accounts" ADD CONSTRAINT "token_accounts_balance" CHECK ("balance" >= 0 AND "sequence" >= 0);
ALTER TABLE "token_transactions"
  ADD CONSTRAINT "token_transactions_balance" CHECK ("balance" >= 0 AND "sequence" > 0),
  ADD CONSTRAINT "token_transactions_amount" CHECK (
    "amount" <> 0 AND CASE "type" WHEN 'REDEEM' THEN "amount" < 0 WHEN 'ADJUSTMENT' THEN true ELSE "amount" > 0 END);
ALTER TABLE "token_redemptions" ADD CONSTRAINT "token_redemptions_into" CHECK (
  CASE WHEN "coupon_id" IS NULL THEN "amount" > 0 AND "currency" IS NOT NULL ELSE "amount" IS NULL AND "currency" IS NULL END);
ALTER TABLE "streaks" ADD CONSTRAINT "streaks_length" CHECK ("length" > 0 AND "longest" >= "length" AND "freezes" >= 0);

-- Rule: what was moved stays as it was written.
CREATE FUNCTION tokens_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'TK001';
END $$;
CREATE TRIGGER token_transactions_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON "token_transactions"
  FOR EACH STATEMENT EXECUTE FUNCTION tokens_append_only();

-- A leaderboard from its top, and how many stand above a score. Read backwards, so that a whole row can be compared with the last one of
-- the page before.
CREATE INDEX "token_scores_listed" ON "token_scores" ("period", "score", "user_id") WHERE "listed" AND "score" > 0;
