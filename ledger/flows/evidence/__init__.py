"""What shows what happened: anchors, verification, receipts, traces, figures, alerts."""
