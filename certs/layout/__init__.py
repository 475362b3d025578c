"""The layout file: a licence as a PDF page, drawn and read strictly."""
