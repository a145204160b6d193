"""What the site does after a removal for fraud: warn, hand over evidence, know the contacts again,
look at the employer's other listings, pack the case for the police; and take it all back where the
removal was wrong. `cases` is the way in."""
