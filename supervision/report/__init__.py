"""The annual implementation report (文末): one content, told as a page, as PDF, Word and Excel."""
