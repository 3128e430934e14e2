-- CreateEnum
CREATE TYPE "license_status" AS ENUM ('PENDING', 'ACTIVE', 'SUSPENDED', 'EXPIRED', 'REVOKED');

-- CreateEnum
CREATE TYPE "license_term_status" AS ENUM ('OPEN', 'PAID', 'RETURNED', 'WITHDRAWN');

-- CreateEnum
CREATE TYPE "license_term_start" AS ENUM ('EXPIRY', 'NOW');

-- CreateEnum
CREATE TYPE "license_seat_status" AS ENUM ('INVITED', 'ASSIGNED', 'ENDED');

-- CreateTable
CREATE TABLE "organizations" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "country" TEXT NOT NULL,
    "region" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "organizations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "organization_admins" (
    "organization_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "added_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "organization_admins_pkey" PRIMARY KEY ("organization_id","user_id")
);

-- CreateTable
CREATE TABLE "licenses" (
    "id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "tier" TEXT NOT NULL,
    "status" "license_status" NOT NULL DEFAULT 'PENDING',
    "seats" INTEGER NOT NULL,
    "seats_taken" INTEGER NOT NULL DEFAULT 0,
    "expires_at" TIMESTAMPTZ(3),
    "activated_at" TIMESTAMPTZ(3),
    "suspended_at" TIMESTAMPTZ(3),
    "suspend_reason" TEXT,
    "disputed_by" TEXT,
    "revoked_at" TIMESTAMPTZ(3),
    "revoke_reason" TEXT,
    "noticed_days" INTEGER,
    "brand_name" TEXT,
    "brand_logo" TEXT,
    "brand_colors" JSONB,
    "next_look_at" TIMESTAMPTZ(3),
    "tries" INTEGER NOT NULL DEFAULT 0,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "licenses_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "license_terms" (
    "id" TEXT NOT NULL,
    "license_id" TEXT NOT NULL,
    "status" "license_term_status" NOT NULL DEFAULT 'OPEN',
    "start" "license_term_start" NOT NULL,
    "months" INTEGER NOT NULL,
    "seats" INTEGER NOT NULL,
    "price" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "from_at" TIMESTAMPTZ(3),
    "until_at" TIMESTAMPTZ(3),
    "paid_at" TIMESTAMPTZ(3),
    "payment_session_id" TEXT,
    "invoice_reference" TEXT,
    "marked_paid_by" TEXT,
    "total" BIGINT,
    "tax" BIGINT,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "license_terms_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "license_seats" (
    "id" TEXT NOT NULL,
    "license_id" TEXT NOT NULL,
    "tier" TEXT NOT NULL,
    "status" "license_seat_status" NOT NULL,
    "user_id" TEXT,
    "email" TEXT,
    "invited_until" TIMESTAMPTZ(3),
    "assigned_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "open" BOOLEAN NOT NULL DEFAULT false,
    "follow_at" TIMESTAMPTZ(3),
    "tries" INTEGER NOT NULL DEFAULT 0,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "license_seats_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "license_domains" (
    "id" TEXT NOT NULL,
    "license_id" TEXT NOT NULL,
    "domain" TEXT NOT NULL,
    "activated_by" TEXT NOT NULL,
    "activated_at" TIMESTAMPTZ(3) NOT NULL,
    "removed_by" TEXT,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "license_domains_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "license_activity" (
    "license_id" TEXT NOT NULL,
    "month" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "completed" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "license_activity_pkey" PRIMARY KEY ("license_id","month","user_id","completed")
);

-- CreateIndex
CREATE INDEX "organization_admins_user_id_idx" ON "organization_admins"("user_id");

-- CreateIndex
CREATE INDEX "licenses_organization_id_id_idx" ON "licenses"("organization_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "license_terms_payment_session_id_key" ON "license_terms"("payment_session_id");

-- CreateIndex
CREATE INDEX "license_terms_license_id_id_idx" ON "license_terms"("license_id", "id");

-- CreateIndex
CREATE INDEX "license_seats_license_id_id_idx" ON "license_seats"("license_id", "id");

-- CreateIndex
CREATE INDEX "license_seats_user_id_id_idx" ON "license_seats"("user_id", "id");

-- CreateIndex
CREATE INDEX "license_domains_license_id_id_idx" ON "license_domains"("license_id", "id");

-- AddForeignKey
ALTER TABLE "organization_admins" ADD CONSTRAINT "organization_admins_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "licenses" ADD CONSTRAINT "licenses_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "license_terms" ADD CONSTRAINT "license_terms_license_id_fkey" FOREIGN KEY ("license_id") REFERENCES "licenses"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "license_seats" ADD CONSTRAINT "license_seats_license_id_fkey" FOREIGN KEY ("license_id") REFERENCES "licenses"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "license_domains" ADD CONSTRAINT "license_domains_license_id_fkey" FOREIGN KEY ("license_id") REFERENCES "licenses"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "license_activity" ADD CONSTRAINT "license_activity_license_id_fkey" FOREIGN KEY ("license_id") REFERENCES "licenses"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Rule: there are never more seats taken than were paid for.
ALTER TABLE "licenses"
  ADD CONSTRAINT "licenses_seats" CHECK ("seats" > 0 AND "seats_taken" BETWEEN 0 AND "seats"),
  ADD CONSTRAINT "licenses_status" CHECK (
    (("status" = 'REVOKED') = ("revoked_at" IS NOT NULL))
    AND ("status" <> 'ACTIVE' OR ("activated_at" IS NOT NULL AND "expires_at" IS NOT NULL AND "suspended_at" IS NULL AND "disputed_by" IS NULL))
    AND ("status" <> 'SUSPENDED' OR "suspended_at" IS NOT NULL OR "disputed_by" IS NOT NULL)
    AND ("status" <> 'EXPIRED' OR "expires_at" IS NOT NULL));
CREATE INDEX "licenses_next_look" ON "licenses" ("next_look_at") WHERE "next_look_at" IS NOT NULL;

-- Rule: a licence has one term to be paid at most, and what is paid for says from and until when.
CREATE UNIQUE INDEX "license_terms_open" ON "license_terms" ("license_id") WHERE "status" = 'OPEN';
ALTER TABLE "license_terms"
  ADD CONSTRAINT "license_terms_sold" CHECK ("months" > 0 AND "seats" > 0 AND "price" > 0),
  ADD CONSTRAINT "license_terms_paid" CHECK (
    ("status" IN ('PAID', 'RETURNED')) = ("paid_at" IS NOT NULL)
    AND ("paid_at" IS NOT NULL) = ("from_at" IS NOT NULL AND "until_at" IS NOT NULL)
    AND ("paid_at" IS NOT NULL) = (("payment_session_id" IS NOT NULL) <> ("invoice_reference" IS NOT NULL))
    AND ("invoice_reference" IS NOT NULL) = ("total" IS NOT NULL AND "tax" IS NOT NULL AND "marked_paid_by" IS NOT NULL)
    AND ("until_at" > "from_at"));

-- Rule: a person has one seat of a licence at most, and an address is offered one at a time.
CREATE UNIQUE INDEX "license_seats_held" ON "license_seats" ("license_id", "user_id") WHERE "status" = 'ASSIGNED';
CREATE UNIQUE INDEX "license_seats_offered" ON "license_seats" ("license_id", "email") WHERE "status" = 'INVITED';
ALTER TABLE "license_seats" ADD CONSTRAINT "license_seats_status" CHECK (
  CASE "status"
    WHEN 'INVITED' THEN "email" IS NOT NULL AND "user_id" IS NULL AND "invited_until" IS NOT NULL
    WHEN 'ASSIGNED' THEN "user_id" IS NOT NULL AND "assigned_at" IS NOT NULL AND "ended_at" IS NULL
    ELSE "ended_at" IS NOT NULL END
  AND (NOT "open" OR "status" = 'ASSIGNED'));
CREATE INDEX "license_seats_follow" ON "license_seats" ("follow_at") WHERE "follow_at" IS NOT NULL;
CREATE INDEX "license_seats_invited" ON "license_seats" ("invited_until") WHERE "status" = 'INVITED';

-- Rule: a domain is that of one licence at a time.
CREATE UNIQUE INDEX "license_domains_live" ON "license_domains" ("domain") WHERE "removed_at" IS NULL;
