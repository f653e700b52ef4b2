"""The bank: how a question is written in the browser, lent to quiz files, listed and found."""
