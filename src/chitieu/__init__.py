"""Chỉ tiêu CCHC: from a signed decision to a published verdict. Read `walk` first."""
