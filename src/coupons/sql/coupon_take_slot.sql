-- Counts one more use of a coupon: 'taken', or why not: 'usedUp', 'perUser', 'invalid'. With a moment given the coupon must be active and
-- valid at it. Contends on the coupon's row: its update lets no more through than max_uses, and holds off everybody else who would take
-- or return a use of it. So the person's own uses are counted in a later statement, which sees whatever was committed before the update.
CREATE OR REPLACE FUNCTION coupon_take_slot(p_coupon_id text, p_user_id text, p_valid_at timestamptz) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
  v_per_user integer;
  v_open integer;
  v_uses integer;
BEGIN
  UPDATE coupons SET current_uses = current_uses + 1
  WHERE id = p_coupon_id AND (max_uses IS NULL OR current_uses < max_uses)
    AND (p_valid_at IS NULL OR (is_active
      AND (valid_from IS NULL OR valid_from <= p_valid_at) AND (valid_until IS NULL OR p_valid_at < valid_until)))
  RETURNING max_uses_per_user INTO v_per_user;
  IF NOT FOUND THEN
    RETURN CASE WHEN EXISTS (SELECT FROM coupons WHERE id = p_coupon_id AND current_uses >= max_uses) THEN 'usedUp' ELSE 'invalid' END;
  END IF;
  SELECT count(*) FILTER (WHERE status = 'RESERVED'), count(*) INTO v_open, v_uses
  FROM coupon_uses WHERE coupon_id = p_coupon_id AND user_id = p_user_id AND status IN ('RESERVED', 'CONSUMED');
  -- Purchases that are begun and not paid hold slots: nobody may hold many of them.
  IF v_per_user <= v_uses OR (p_valid_at IS NOT NULL AND v_open >= 3) THEN
    UPDATE coupons SET current_uses = current_uses - 1 WHERE id = p_coupon_id;
    RETURN 'perUser';
  END IF;
  RETURN 'taken';
END $$;
