"""What becomes of facts: imported, checked, kept, copied, written out, taken back."""
