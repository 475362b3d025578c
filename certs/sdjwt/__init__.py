"""The licence credential as an SD-JWT VC, with its disclosures and key binding."""
