"""What is kept: licences issued and collected, files, status lists, lists compared with issuers."""
